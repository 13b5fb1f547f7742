/// What a person would see of a page or miss, as expressions for a browser.
enum PageSight {
  /// What has the focus: its place among all that can have it, whether it can be seen, and how it is marked.
  static let focus = """
    (function(){
    var e=document.activeElement;if(!e||e===document.body||e===document.documentElement)return null;
    var box=e.getBoundingClientRect(),style=getComputedStyle(e);
    return {index:\(all).indexOf(e),name:e.tagName+' '+(e.textContent||e.name||'').trim().slice(0,40),
    marked:style.outlineStyle!=='none'&&parseFloat(style.outlineWidth)>=2,contrast:\(contrast)(style.outlineColor,e.parentElement),
    seen:box.width>0&&box.height>0&&box.bottom>0&&box.top<innerHeight&&box.right>0&&box.left<innerWidth}})()
    """

  /// How many controls there are.
  static let controls = "\(all).length"

  /// Texts whose colour is too near to what is behind them, with the ratio.
  static let faint = """
    (function(){
    var found=[],walker=document.createTreeWalker(document.body,NodeFilter.SHOW_TEXT);
    while(walker.nextNode()){var e=walker.currentNode.parentElement;
    if(!walker.currentNode.data.trim()||!e.getClientRects().length||e.closest('script,style,option,.visually-hidden,.skip'))continue;
    var ratio=\(contrast)(getComputedStyle(e).color,e);
    if(ratio<4.5)found.push(Math.round(ratio*100)/100+': '+walker.currentNode.data.trim().slice(0,40))}
    document.querySelectorAll('input').forEach(function(e){if(!e.getClientRects().length)return;
    var ratio=\(contrast)(getComputedStyle(e,'::placeholder').color,e);if(ratio<4.5)found.push(ratio+': '+e.placeholder)});
    return found})()
    """

  /// What stands out of the page to the right, where the page would have to be moved sideways.
  static let tooWide = """
    (function(){var width=document.documentElement.clientWidth;
    if(document.documentElement.scrollWidth<=width)return [];
    return Array.prototype.filter.call(document.body.querySelectorAll('*'),function(e){
    return e.getBoundingClientRect().right>width+0.5}).map(function(e){return e.tagName+' '+e.className}).slice(0,8)})()
    """

  /// What a screen reader would stumble over: headings that leave a level out, controls without a name, ids used twice.
  static let stumbling = """
    (function(){
    var found=[],level=0;
    if(document.documentElement.lang!=='en')found.push('no language');
    if(document.querySelectorAll('h1').length!==1)found.push('not one h1');
    if(document.querySelectorAll('main').length!==1)found.push('not one main');
    document.querySelectorAll('h1,h2,h3,h4,h5,h6').forEach(function(e){var n=Number(e.tagName[1]);
    if(n>level+1)found.push(e.textContent+' is h'+n+' below h'+level);level=n});
    document.querySelectorAll('input:not([type=hidden]),select').forEach(function(e){
    if(!e.labels.length||!e.labels[0].textContent.trim())found.push(e.name+' has no label')});
    document.querySelectorAll('a[href],button,summary').forEach(function(e){
    if(!e.textContent.trim())found.push(e.tagName+' has no name')});
    var ids={};document.querySelectorAll('[id]').forEach(function(e){if(ids[e.id])found.push('twice #'+e.id);ids[e.id]=1});
    return found})()
    """

  /// Opens everything that is folded away.
  static let unfold = "document.querySelectorAll('details').forEach(function(e){e.open=true})"

  /// All that can have the focus, in the order in which it is read.
  private static let all = """
    Array.prototype.filter.call(document.querySelectorAll('a[href],button,input:not([type=hidden]),select,summary,[tabindex="0"]'),\
    function(e){return e.getClientRects().length>0&&e.checkVisibility()})
    """

  /// The contrast of a colour with what is behind an element, by the definition of WCAG 2.
  private static let contrast = """
    (function(colour,e){
    function parts(c){var n=c.match(/[\\d.]+/g).map(Number);return n.length<4?n.concat(1):n}
    function over(a,b){return [0,1,2].map(function(i){return a[i]*a[3]+b[i]*(1-a[3])}).concat(1)}
    function light(c){var v=c.slice(0,3).map(function(x){x/=255;return x<=0.04045?x/12.92:Math.pow((x+0.055)/1.055,2.4)});
    return 0.2126*v[0]+0.7152*v[1]+0.0722*v[2]}
    var layers=[];for(;e;e=e.parentElement)layers.push(parts(getComputedStyle(e).backgroundColor));
    var behind=layers.reduceRight(function(below,layer){return over(layer,below)},[255,255,255,1]);
    var a=light(over(parts(colour),behind)),b=light(behind);
    return (Math.max(a,b)+0.05)/(Math.min(a,b)+0.05)})
    """
}
