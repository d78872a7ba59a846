% rebase("embed.tpl", title=f"Chart of field {number}", shape="chart", classic_scripts=("Chart.bundle.js",), scripts=("embed.js",))
<main id="chart" data-channel="{{channel_id}}" data-field="{{number}}">
<h1 id="title"></h1>
<div class="canvas"><canvas role="img" aria-label="Chart"></canvas><p class="canvas-note" role="status" hidden></p></div>
<p id="export" hidden><a id="as-svg" download="chart.svg">Picture (SVG)</a> <a id="as-csv">Values (CSV)</a></p>
<noscript><img src="/channels/{{channel_id}}/charts/{{number}}.svg{{query}}" alt="Chart of field {{number}}"></noscript>
</main>
