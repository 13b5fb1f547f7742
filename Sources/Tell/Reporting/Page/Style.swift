/// The look of Dimmer's pages and reports: one sheet, light and dark, phone and desktop, no web fonts, no scripts.
public enum PageStyle {
  /// The style sheet.
  public static let css = """
    :root{color-scheme:light dark;--ink:#1b2420;--soft:#54615b;--line:#d9dfdb;--paper:#fbfcfa;--card:#ffffff;--accent:#1f7a4d;
    --s0:#2f6f9f;--s1:#1f7a4d;--s2:#b4561f;--s3:#7a5aa8;
    --c0:#bfe0c9;--c1:#8fcaa6;--c2:#4f9f77;--c3:#22704c;--c4:#0f4a31;--c5:#052b1c}
    @media screen and (prefers-color-scheme:dark){:root{--ink:#e6ece8;--soft:#a3b0a9;--line:#35403a;--paper:#121715;--card:#1a211e;--accent:#63c592;
    --s0:#74b4e0;--s1:#63c592;--s2:#f09a62;--s3:#b99be4;
    --c0:#245a40;--c1:#2f7a56;--c2:#45a077;--c3:#6fc79a;--c4:#a6e2c2;--c5:#dbf7e8}}
    *{box-sizing:border-box}html{-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,"DejaVu Sans",sans-serif}
    main,header.top,footer{max-width:64rem;margin:0 auto;padding:0 1rem}
    header.top{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:baseline;padding-top:1.25rem}
    header.top h1{font-size:1.35rem;margin:0}header.top .home{font-weight:650}header.top p{margin:0;color:var(--soft)}
    h2{font-size:1.05rem;margin:2rem 0 .5rem}
    a{color:var(--accent)}a:focus-visible,summary:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:3px}
    .skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.25rem .5rem}
    .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.75rem;margin:1rem 0;padding:0;list-style:none}
    .cards li{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.7rem .85rem}
    .cards b{display:block;font-size:1.45rem;font-weight:650;font-variant-numeric:tabular-nums;line-height:1.25}
    .cards span{color:var(--soft);font-size:.86rem;display:block}
    .why{border-left:4px solid var(--accent);padding:.1rem 0 .1rem .8rem;margin:1rem 0}
    .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
    th,td{text-align:left;padding:.32rem .7rem .32rem 0;border-bottom:1px solid var(--line);vertical-align:top}
    th{color:var(--soft);font-weight:600}td.n,th.n{text-align:right}thead th{vertical-align:bottom}td.nowrap{white-space:nowrap}
    pre{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.8rem;font-size:.86rem}
    .soft,footer{color:var(--soft);font-size:.88rem}footer{padding-top:2rem;padding-bottom:2rem}
    figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.5rem .5rem .25rem}
    figure+figure{margin-top:.75rem}figcaption{color:var(--soft);font-size:.86rem;padding:.25rem .5rem .4rem}
    .chart{display:block;width:100%;height:auto}.chart text{fill:var(--soft);font:12px system-ui,"DejaVu Sans",sans-serif}
    .chart .title{fill:var(--ink);font-weight:600}.chart .end{text-anchor:end}.chart .middle{text-anchor:middle}
    .chart .grid{stroke:var(--line);stroke-width:1}.chart .hit{fill:transparent}.chart .hit:hover{fill:var(--ink);fill-opacity:.07}
    .chart .line{fill:none;stroke-width:2;stroke-linejoin:round}.chart .area{stroke:none;fill-opacity:.14}
    .chart.narrow{display:none}.dashes{stroke-dasharray:5 4}.band{shape-rendering:crispEdges}
    i.dashes{-webkit-mask:repeating-linear-gradient(90deg,#000 0 5px,#0000 5px 7px);mask:repeating-linear-gradient(90deg,#000 0 5px,#0000 5px 7px)}
    .line.s0{stroke:var(--s0)}.line.s1{stroke:var(--s1)}.line.s2{stroke:var(--s2)}.line.s3{stroke:var(--s3)}
    .area.s0,.bar.s0,.key.s0{fill:var(--s0);background:var(--s0)}.area.s1,.bar.s1,.key.s1{fill:var(--s1);background:var(--s1)}
    .area.s2,.bar.s2,.key.s2{fill:var(--s2);background:var(--s2)}.area.s3,.bar.s3,.key.s3{fill:var(--s3);background:var(--s3)}
    .bar.s2{fill-opacity:.35}
    .c0{fill:var(--c0);background:var(--c0)}.c1{fill:var(--c1);background:var(--c1)}.c2{fill:var(--c2);background:var(--c2)}
    .c3{fill:var(--c3);background:var(--c3)}.c4{fill:var(--c4);background:var(--c4)}.c5{fill:var(--c5);background:var(--c5)}
    .legend{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;margin:.3rem .5rem;padding:0;font-size:.86rem;color:var(--soft)}
    .key{display:inline-block;width:.85em;height:.85em;border-radius:2px;margin-right:.4em;vertical-align:-.08em;border:1px solid var(--line)}
    @media(max-width:34rem){figure .chart.wide:not(:only-of-type){display:none}figure .chart.narrow{display:block}.chart.wide:only-of-type text{font-size:17px}body{font-size:15px}.cards b{font-size:1.2rem}.cards{grid-template-columns:1fr 1fr}}
    @media print{body{background:#fff;color:#000}figure,.cards li{break-inside:avoid}}
    """
}
