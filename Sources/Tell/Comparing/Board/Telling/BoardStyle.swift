/// Rules of the board beside those of all pages.
enum BoardStyle {
  static let css = """
    .lead{max-width:44rem}
    .ask{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.2rem .9rem;margin:1rem 0}
    .row{display:flex;flex-wrap:wrap;gap:.6rem .9rem;margin:.6rem 0}
    .ask label{display:flex;flex-direction:column;justify-content:flex-end;flex:1 1 9rem;font-size:.84rem;color:var(--soft)}.ask label.wide{flex:3 1 18rem}
    .ask input,.ask select,.sorting input{display:block;width:100%;font:inherit;font-size:1rem;color:var(--ink);background:var(--paper);border:1px solid var(--soft);border-radius:.35rem;padding:.4rem .5rem;margin-top:.15rem;min-height:2.5rem}
    .sorting label{display:flex;align-items:center;gap:.4rem;color:var(--soft)}.sorting input{width:5rem;margin:0;min-height:2.2rem;padding:.2rem .5rem}
    .sorting [role=status]{flex-basis:100%;margin:0;color:var(--soft)}[aria-invalid=true]{border-color:var(--s2)}
    .ask button,.sorting button{font:inherit;font-weight:600;color:var(--card);background:var(--accent);border:1px solid var(--accent);border-radius:.35rem;padding:.5rem 1.1rem;min-height:2.5rem;cursor:pointer}
    .sorting button{font-weight:400;color:var(--accent);background:none;padding:.25rem .7rem;min-height:2.2rem}
    .sorting button[aria-pressed=true]{color:var(--card);background:var(--accent)}
    input:focus-visible,select:focus-visible,button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
    ::placeholder{color:var(--soft);opacity:1;font-style:italic}
    .sorting{display:flex;flex-wrap:wrap;gap:.3rem .9rem;align-items:center;margin:.8rem 0;font-size:.9rem}.sorting[hidden]{display:none}
    .sorting a{display:inline-block;padding:.3rem 0}.sorting [aria-current]{font-weight:650;color:var(--ink);text-decoration:none}
    .answer{background:var(--card);border:1px solid var(--line);border-left:5px solid var(--accent);border-radius:.5rem;padding:.75rem .95rem;margin:1rem 0}
    .answer h2{margin:0;font-size:1.15rem}.answer p{margin:.4rem 0 0;max-width:46rem}.answer .figure{max-width:none}.answer .figure b{font-size:1.35rem}
    .bounds ul{list-style:none;margin:.2rem 0;padding:0;display:flex;flex-wrap:wrap;gap:.3rem .6rem}.bounds p{margin:.3rem 0}
    .bounds li{border:1px solid var(--line);border-radius:1rem;padding:.2rem .7rem;background:var(--card)}
    .links li{padding:.25rem 0}
    .mark{font-weight:650}.mark.lower{color:var(--s1)}.mark.higher{color:var(--s2)}.mark.typical,.mark.unknown{color:var(--soft)}
    .badge{display:inline-block;border:1.5px solid currentColor;border-radius:1rem;padding:0 .6rem;font-size:.9rem}
    .key-list{list-style:none;padding:0;margin:.6rem 0;display:grid;gap:.25rem}
    .words{font-size:.9rem}.words dt{font-weight:650;margin-top:.4rem}.words dd{margin:0;max-width:46rem;color:var(--soft)}
    .board{list-style:none;margin:1rem 0;padding:0;display:grid;gap:.7rem}
    .board>li{background:var(--card);border:1px solid var(--line);border-left:5px solid var(--line);border-radius:.5rem;padding:.75rem .95rem}
    .board>li.lower{border-left-color:var(--s1)}.board>li.higher{border-left-color:var(--s2)}.board>li.typical{border-left-color:var(--soft)}
    .board>li[hidden]{display:none}
    .head{display:flex;flex-wrap:wrap;gap:.3rem 1rem;justify-content:space-between;align-items:baseline}
    .head h3{margin:0;font-size:1.05rem;overflow-wrap:anywhere}.head h3 span{font-weight:400;color:var(--soft)}.head p{margin:0}
    .numbers{display:grid;grid-template-columns:repeat(auto-fill,minmax(8.2rem,1fr));gap:.5rem .8rem;margin:.6rem 0 .3rem}
    .numbers dt{font-size:.84rem;line-height:1.3}.numbers dt span{display:block;color:var(--soft);font-size:.8rem}.numbers dd{margin:0;font-variant-numeric:tabular-nums}
    .numbers>div{display:flex;flex-direction:column;justify-content:space-between}
    .numbers .main{grid-column:1/-1}.main .range{margin:.4rem 0 .2rem}
    @media(min-width:40rem){.numbers .main{display:grid;grid-template-columns:16.5rem 1fr;column-gap:1rem}.main .range{grid-column:2;grid-row:1/3;align-self:center}}
    .numbers b{display:block;font-size:1.08rem;font-weight:600;line-height:1.25}.numbers .main b{font-size:1.6rem;font-weight:650}
    .numbers small{display:block;color:var(--soft);font-size:.8rem}
    .numbers .range{position:relative;height:1.1rem;overflow:hidden;border-radius:3px;background:var(--paper);-webkit-print-color-adjust:exact;print-color-adjust:exact}
    .range i{position:absolute}.range .tick{top:0;bottom:0;border-left:1px solid var(--line)}
    .range .reach{top:.3rem;bottom:.3rem;background:var(--soft);opacity:.45;border-radius:3px}
    .lower .range .reach{background:var(--s1)}.higher .range .reach{background:var(--s2)}
    .range .typical{top:0;bottom:0;border-left:2px solid var(--ink)}
    .range .dot{top:.2rem;width:.7rem;height:.7rem;margin-left:-.35rem;border-radius:50%;background:var(--soft);border:1px solid var(--card)}
    .lower .range .dot{background:var(--s1)}.higher .range .dot{background:var(--s2)}
    .everyday{margin:.4rem 0 .1rem;color:var(--soft);font-size:.9rem}
    .basis{font-size:.78rem;border:1px solid var(--line);border-radius:1rem;padding:0 .5rem;color:var(--soft);white-space:nowrap}
    .board details{margin-top:.4rem;font-size:.9rem}.board summary,.ask summary,.change summary,.words summary{cursor:pointer;color:var(--accent);padding:.3rem 0}
    .board details ul,.board details ol{padding-left:1.15rem;margin:.3rem 0}.board li li{overflow-wrap:anywhere}.board h4{margin:.7rem 0 .2rem;font-size:.9rem}
    .visually-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
    .problem{border-left:4px solid var(--s2);padding:.1rem 0 .1rem .8rem;overflow-wrap:anywhere}
    pre{white-space:pre-wrap;overflow-wrap:anywhere}
    @media print{.change,.sorting,.words,.ask,.board details:not([open]){display:none}.board>li,.answer{break-inside:avoid}}
    """
}
