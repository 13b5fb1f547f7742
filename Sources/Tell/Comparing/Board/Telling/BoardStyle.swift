/// Rules of the board beside those of all pages.
enum BoardStyle {
  static let css = """
    .lead{max-width:44rem}
    .ask{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.2rem .9rem;margin:1rem 0}
    .row{display:flex;flex-wrap:wrap;gap:.6rem .9rem;margin:.6rem 0}
    .ask label{display:block;flex:1 1 9rem;font-size:.84rem;color:var(--soft)}.ask label.wide{flex:3 1 18rem}
    .ask input,.ask select{display:block;width:100%;font:inherit;font-size:1rem;color:var(--ink);background:var(--paper);border:1px solid var(--soft);border-radius:.35rem;padding:.4rem .5rem;margin-top:.15rem;min-height:2.5rem}
    .ask button,.sorting button{font:inherit;font-weight:600;color:var(--card);background:var(--accent);border:1px solid var(--accent);border-radius:.35rem;padding:.5rem 1.1rem;min-height:2.5rem;cursor:pointer}
    .sorting button{font-weight:400;color:var(--accent);background:none;padding:.25rem .7rem;min-height:2.2rem}
    .sorting button[aria-pressed=true]{color:var(--card);background:var(--accent)}
    input:focus-visible,select:focus-visible,button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
    ::placeholder{color:var(--soft);opacity:1;font-style:italic}
    .sorting{display:flex;flex-wrap:wrap;gap:.3rem .8rem;align-items:center;margin:.8rem 0;font-size:.9rem}
    .sorting a{display:inline-block;padding:.3rem 0}.sorting [aria-current]{font-weight:650;color:var(--ink);text-decoration:none}
    .mark{font-weight:650}.mark.lower{color:var(--s1)}.mark.higher{color:var(--s2)}.mark.typical,.mark.unknown{color:var(--soft)}
    .key-list{list-style:none;padding:0;margin:.6rem 0;font-size:.88rem;color:var(--soft);display:grid;gap:.15rem}
    .board{list-style:none;margin:1rem 0;padding:0;display:grid;gap:.7rem}
    .board>li{background:var(--card);border:1px solid var(--line);border-left:5px solid var(--line);border-radius:.5rem;padding:.75rem .95rem}
    .board>li.lower{border-left-color:var(--s1)}.board>li.higher{border-left-color:var(--s2)}.board>li.typical{border-left-color:var(--soft)}
    .board>li[hidden]{display:none}
    .head{display:flex;flex-wrap:wrap;gap:.1rem 1rem;justify-content:space-between;align-items:baseline}
    .head h3{margin:0;font-size:1.05rem}.head h3 span{font-weight:400;color:var(--soft)}.head p{margin:0}
    .numbers{display:grid;grid-template-columns:repeat(auto-fill,minmax(8.2rem,1fr));gap:.5rem .8rem;margin:.6rem 0 .3rem}
    .numbers dt{font-size:.8rem;color:var(--soft)}.numbers dd{margin:0;font-variant-numeric:tabular-nums}
    .numbers b{display:block;font-size:1.08rem;font-weight:600;line-height:1.25}.numbers .main b{font-size:1.35rem}
    .numbers small{display:block;color:var(--soft);font-size:.8rem}
    .everyday{margin:.6rem 0 .1rem;color:var(--soft);font-size:.88rem}
    .basis{font-size:.78rem;border:1px solid var(--line);border-radius:1rem;padding:0 .5rem;color:var(--soft);white-space:nowrap}
    .board details{margin-top:.4rem;font-size:.9rem}.board summary,.ask summary,.change summary{cursor:pointer;color:var(--accent);padding:.3rem 0}
    .board details ul,.board details ol{padding-left:1.15rem;margin:.3rem 0}.board h4{margin:.7rem 0 .2rem;font-size:.9rem}
    .visually-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
    .problem{border-left:4px solid var(--s2);padding:.1rem 0 .1rem .8rem}
    pre{white-space:pre-wrap;overflow-wrap:anywhere}
    """

  /// Sorting and a bound on time for a page without a server; the page is whole without it.
  static let script = """
    (function(){
    var list=document.querySelector('ol.board'),box=document.querySelector('.sorting');
    if(!list||!box)return;
    var rows=Array.prototype.slice.call(list.children),buttons=[];
    function sort(by,up){rows.sort(function(a,b){
    var x=a.getAttribute('data-'+by),y=b.getAttribute('data-'+by);
    if(x===null||y===null)return(x===null)-(y===null);
    return up?y-x:x-y});
    rows.forEach(function(r){list.appendChild(r)})}
    JSON.parse(box.getAttribute('data-measures')).forEach(function(m){
    var b=document.createElement('button');b.type='button';b.textContent=m.word;
    b.setAttribute('aria-pressed',m.key===box.getAttribute('data-sorted')?'true':'false');
    b.addEventListener('click',function(){sort(m.key,m.up);
    buttons.forEach(function(o){o.setAttribute('aria-pressed',o===b?'true':'false')})});
    buttons.push(b);box.appendChild(b)});
    box.hidden=false})();
    """
}
