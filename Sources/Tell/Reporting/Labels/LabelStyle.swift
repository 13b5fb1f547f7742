/// The look of a label: its own sheet, since it stands on other people's pages. Nothing outside the label is touched, no
/// font or script is fetched, and dark follows the reader's setting.
enum LabelStyle {
  /// The rules for the drawing; every selector begins with the label's class.
  static let drawing = """
    .dimmer-label{--ink:#1b2420;--soft:#54615b;--line:#d9dfdb;--card:#ffffff;--step:#c9d3ce;--reach:#9fb2c6;--mark:#274a70;--on:#ffffff}
    @media(prefers-color-scheme:dark){.dimmer-label{--ink:#e6ece8;--soft:#a3b0a9;--line:#35403a;--card:#1a211e;--step:#3a4640;--reach:#506a86;--mark:#9cc4ee;--on:#0f1d2b}}
    .dimmer-label text{fill:var(--ink);font:13px system-ui,"DejaVu Sans",sans-serif}
    .dimmer-label .soft{fill:var(--soft);font-size:12px}.dimmer-label .step{fill:var(--step)}
    .dimmer-label .reach{fill:var(--reach)}.dimmer-label .own{fill:var(--mark)}.dimmer-label .frame{fill:var(--card);stroke:var(--line)}
    .dimmer-label .rule{stroke:var(--line)}.dimmer-label .span{stroke:var(--ink);stroke-width:2}.dimmer-label .point{fill:var(--ink)}
    .dimmer-label .letter{text-anchor:middle;font-weight:600}.dimmer-label .end{text-anchor:end}
    .dimmer-label .big{font-size:24px;font-weight:700}.dimmer-label .head{font-size:17px;font-weight:650}.dimmer-label .strong{font-weight:600}
    .dimmer-label .grade{font-size:38px;font-weight:700;text-anchor:middle;fill:var(--on)}
    """

  /// The rules for a label in a page.
  static let page = """
    .dimmer-label{box-sizing:border-box;max-width:26rem;margin:0;padding:1rem;border:1px solid var(--line);border-radius:.6rem;background:var(--card);color:var(--ink);font:15px/1.4 system-ui,"DejaVu Sans",sans-serif;overflow-wrap:anywhere}
    .dimmer-label *{box-sizing:border-box}.dimmer-label p{margin:0}.dimmer-label .quiet{color:var(--soft);font-size:.86rem}
    .dimmer-label .subject{font-size:1.15rem;font-weight:650;line-height:1.25}
    .dimmer-label .top{display:flex;gap:.8rem;align-items:center;margin:.7rem 0 .3rem}
    .dimmer-label .badge{flex:none;width:3.6rem;height:3.6rem;border-radius:.5rem;background:var(--mark);color:var(--on);font-size:2.3rem;font-weight:700;line-height:3.6rem;text-align:center}
    .dimmer-label .none{background:none;color:var(--soft);border:2px dashed var(--soft);font-size:.95rem}
    .dimmer-label .energy{font-size:1.5rem;font-weight:700;line-height:1.2}
    .dimmer-label svg{display:block;width:100%;height:auto;margin:.2rem 0 .4rem}
    .dimmer-label dl{margin:.6rem 0 .4rem;display:grid;grid-template-columns:minmax(6.2rem,2fr) 3fr;font-size:.9rem}
    .dimmer-label dt,.dimmer-label dd{margin:0;padding:.32rem 0;border-top:1px solid var(--line)}
    .dimmer-label dt{color:var(--soft);padding-right:.6rem}.dimmer-label dd b{font-weight:600}.dimmer-label dd i{font-style:normal}
    .dimmer-label dd span{display:block;color:var(--soft);font-size:.86rem}
    """
}

extension HTML {
  /// A label's value, strong where it is a figure.
  static func weighted(_ field: LabelField) -> String {
    let text = portable(field.value)
    return field.isStrong ? "<b>\(text)</b>" : "<i>\(text)</i>"
  }

  /// The text escaped, and what is not ASCII as a number, so that it reads right whatever encoding a page is served in.
  static func portable(_ text: String) -> String {
    var result = ""
    for scalar in escaped(text).unicodeScalars {
      if scalar.isASCII { result.unicodeScalars.append(scalar) } else { result += "&#\(scalar.value);" }
    }
    return result
  }
}
