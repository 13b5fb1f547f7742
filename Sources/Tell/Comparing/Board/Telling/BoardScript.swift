/// What makes a board that was written to a file sort and keep to a bound on time; the page is whole without it.
///
/// The order and the bound stand behind the # of the address, so that a link to the file opens it as it was.
enum BoardScript {
  static let text = """
    (function(){
    var list=document.querySelector('ol.board'),box=document.querySelector('.sorting');
    if(!list||!box)return;
    var rows=Array.prototype.slice.call(list.children),buttons={},by=box.getAttribute('data-sorted'),most='';
    var measures=JSON.parse(box.getAttribute('data-measures'));
    function value(row,key){var text=row.getAttribute('data-'+key);return text===null?null:Number(text)}
    function make(name,parent,text){var e=document.createElement(name);if(text)e.textContent=text;parent.appendChild(e);return e}
    function show(keep){
    var up=measures.some(function(m){return m.key===by&&m.up});
    rows.sort(function(a,b){var x=value(a,by),y=value(b,by);
    if(x===null||y===null)return(x===null)-(y===null);return up?y-x:x-y});
    var bound=most===''?Infinity:Number(most),seen=0;
    rows.forEach(function(r){var t=value(r,'latency');r.hidden=bound<Infinity&&(t===null||t>bound);
    if(!r.hidden)seen++;list.appendChild(r)});
    for(var key in buttons)buttons[key].setAttribute('aria-pressed',key===by?'true':'false');
    if(field)field.setAttribute('aria-invalid',isNaN(bound)?'true':'false');
    said.textContent=isNaN(bound)?'That is not a number of seconds, so all options are shown.'
    :seen===0?'No option takes at most '+most+' seconds. Empty the field to see all '+rows.length+'.'
    :seen+' of '+rows.length+' options are shown.';
    if(keep)try{history.replaceState(null,'','#sort='+by+(most===''?'':'&max_latency='+encodeURIComponent(most)))}catch(e){}}
    measures.forEach(function(m){var b=make('button',box,m.word);b.type='button';buttons[m.key]=b;
    b.addEventListener('click',function(){by=m.key;show(true)})});
    var field=null;
    if(buttons.latency){var label=make('label',box,'At most this many seconds ');
    field=make('input',label);field.type='text';field.inputMode='decimal';field.size=5;
    field.addEventListener('input',function(){most=field.value.trim().replace(',','.');show(true)})}
    var said=make('p',box);said.setAttribute('role','status');
    location.hash.slice(1).split('&').forEach(function(part){var sides=part.split('=');
    if(sides[0]==='sort'&&buttons[sides[1]])by=sides[1];
    if(sides[0]==='max_latency'&&field){try{most=decodeURIComponent(sides[1]||'')}catch(e){most=''}field.value=most}});
    show(false);box.hidden=false})();
    """
}
