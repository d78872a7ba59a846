"""What ThingClone is measured against: servers that run in processes of their own."""
