<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{title}} · ThingClone</title>
<link rel="icon" href="{{asset('icon.svg')}}" type="image/svg+xml">
<link rel="stylesheet" href="{{asset('thingclone.css')}}">
% for script in get('classic_scripts', ()):
<script src="{{asset(script)}}" defer></script>
% end
% for script in ("page.js", *get('scripts', ())):
<script src="{{asset(script)}}" type="module"></script>
% end
</head>
<body data-now="{{words.machine_time(now)}}">
<a class="skip" href="#main">Skip to content</a>
<header class="top">
<div class="bar">
<a class="brand" href="/channels"><svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="9"/><path d="M5 18h5l3-8 5 13 3.5-9 1.5 4h4"/></svg><span>ThingClone</span></a>
<nav aria-label="Main">
% here = get('here', '')
% if visitor or get('is_unclear'):
<a href="/channels"{{!' aria-current="page"' if here == 'channels' else ''}}>Channels</a>
% end
<a href="/channels/public"{{!' aria-current="page"' if here == 'public' else ''}}>Public</a>
</nav>
% if visitor:
<a class="me" href="/account"{{!' aria-current="page"' if here == 'account' else ''}}><svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="8" r="4"/><path d="M4 21c0-4.4 3.6-7 8-7s8 2.6 8 7"/></svg><bdi>{{visitor.login}}</bdi></a>
% elif get('is_unclear'):
<a class="me" href="/account">Account</a>
% elif here != 'login':
<a class="me" href="/login">Sign in</a>
% end
</div>
</header>
<main id="main" tabindex="-1" class="{{get('shape', 'wide')}}">
{{!base}}
</main>
<footer class="bottom">
<p>ThingClone {{words.VERSION}}</p>
</footer>
</body>
</html>
