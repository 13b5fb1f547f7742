import Testing

@testable import Reporting

@Suite("Evidence of a label")
struct EvidenceTests {
  @Test(
    "A hash is SHA-256 of the text in hexadecimal, as the published examples",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func hash(_ text: String, _ expected: String) { #expect(Evidence.sha256(text) == expected) }

  @Test(
    "Numbers are written as RFC 8785 asks",
    arguments: [
      (0, "0"), (-0.0, "0"), (1, "1"), (-1.5, "-1.5"), (1e21, "1e+21"), (1e20, "100000000000000000000"),
      (333_333_333.333_333_29, "333333333.3333333"), (1e30, "1e+30"), (4.5, "4.5"), (2e-3, "0.002"),
      (1e-27, "1e-27"), (1e-6, "0.000001"), (1e-7, "1e-7"), (1.5e-7, "1.5e-7"), (.leastNonzeroMagnitude, "5e-324"),
      (1.797_693_134_862_315_7e308, "1.7976931348623157e+308"), (9_007_199_254_740_992, "9007199254740992"),
      (295_147_905_179_352_825_856, "295147905179352830000"), (123_456.789, "123456.789"),
    ] as [(Double, String)])
  func numbers(_ value: Double, _ expected: String) { #expect(JSONValue.ecmaScript(value) == expected) }

  @Test("Control characters are escaped alike in both forms; what could end a page's script only in the one for pages")
  func quoting() {
    let text: JSONValue = "\u{1}\u{8}\t\n\u{C}\r\"\\</script>&\u{2028}"
    #expect(text.canonicalText == "\"\\u0001\\b\\t\\n\\f\\r\\\"\\\\</script>&\u{2028}\"")
    #expect(text.text() == #""\u0001\b\t\n\f\r\"\\\u003c/script>\u0026\u2028""#)
  }

  @Test("The order of keys and the spaces of a file do not change the form, the content does")
  func form() {
    let one: JSONValue = ["b": [1, "x\u{1}\n<&\""], "a": ["z": nil, "é": true]]
    let other: JSONValue = ["a": ["é": true, "z": nil], "b": [1, "x\u{1}\n<&\""]]
    #expect(one.canonicalText == #"{"a":{"z":null,"é":true},"b":[1,"x\u0001\n<&\""]}"#)
    #expect(Evidence(one).hash == Evidence(other).hash)
    #expect(Evidence(one).hash != Evidence(["b": [1]]).hash)
    // UTF-16 order: an emoji's first unit is below U+FB33.
    let keys: JSONValue = ["\u{FB33}": 1, "\u{1F600}": 2]
    #expect(keys.canonicalText == "{\"\u{1F600}\":2,\"\u{FB33}\":1}")
  }
}
