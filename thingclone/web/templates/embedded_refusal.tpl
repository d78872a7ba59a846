% rebase("embed.tpl", title=words.headline(refusal))
<main>
<p class="canvas-note">{{words.sentence(refusal.reason)}}</p>
</main>
