<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{title}}</title>
<link rel="icon" href="{{asset('icon.svg')}}" type="image/svg+xml">
<link rel="stylesheet" href="{{asset('thingclone.css')}}">
% for script in get('classic_scripts', ()):
<script src="{{asset(script)}}" defer></script>
% end
% for script in get('scripts', ()):
<script src="{{asset(script)}}" type="module"></script>
% end
</head>
<body class="embedded {{get('shape', '')}}">
{{!base}}
</body>
</html>
