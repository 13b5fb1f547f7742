public import Quantities

/// Published thermal design powers, by exact model.
public enum ThermalDesignPower {
  /// The power of one package of this processor; `nil` when its exact model is not in the table. A model with another
  /// suffix is another model (an 8380 has 270 W, an 8380H 250 W); only AMD's P, the one-socket twin, is the same part.
  public static func published(for processor: ProcessorModel) -> Power? {
    guard let name = processor.name else { return nil }
    let key = key(of: name)
    if let watts = watts[key] { return .watts(watts) }
    if key.hasPrefix("epyc "), key.hasSuffix("p"), let watts = watts[String(key.dropLast())] { return .watts(watts) }
    return nil
  }

  /// The name without what makers add to it: marks, clock rate, number of cores, graphics.
  static func key(of name: String) -> String {
    var text = name.lowercased()
    for ending in [" @", " w/", " with "] {
      if let index = text.range(of: ending) { text = String(text[..<index]) }
    }
    for mark in ["(r)", "(tm)"] {
      while let index = text.range(of: mark) {
        text = text[..<index] + " " + text[text.index(index, offsetBy: mark.count)...]
      }
    }
    let noise: Set<Substring> = ["intel", "amd", "cpu", "processor", "gen"]
    let words = text.split(separator: " ").filter { word in
      !noise.contains(word) && !word.hasSuffix("-core") && !word.hasSuffix("-cores") && !isOrdinal(word)
    }
    return words.joined(separator: " ")
  }

  private static func isOrdinal(_ word: Substring) -> Bool {
    word.hasSuffix("th") && word.dropLast(2).allSatisfy(\.isNumber) && word.count > 2
  }

  /// The largest published power of one package.
  static let largest: Power = .watts(watts.values.max() ?? 0)

  /// Watts. CodeCarbon's table of processors (data/hardware/cpu_power.csv, 3.3.2); the Xeon 8462Y+ and w9-3495X and the
  /// Core i5-12400 and i9-12900K are from Boavizta's (cpu_specs.csv).
  static let watts: [String: Double] = [
    "epyc 7302": 155, "epyc 7313": 155, "epyc 7402": 180, "epyc 7413": 180, "epyc 7502": 180, "epyc 7513": 200,
    "epyc 7543": 225, "epyc 7702": 200, "epyc 7713": 225, "epyc 7742": 225, "epyc 7763": 280, "epyc 7b12": 240,
    "epyc 7r13": 225, "epyc 9124": 200, "epyc 9354": 280, "epyc 9454": 290, "epyc 9554": 360, "epyc 9654": 360,
    "epyc 9684x": 400, "epyc 9754": 360, "epyc 9575f": 400, "epyc 9755": 500, "epyc 9965": 500,
    "ryzen threadripper 3990x": 280, "ryzen threadripper pro 5995wx": 280, "ryzen threadripper 7980x": 350,
    "ryzen 5 3600": 65, "ryzen 7 3700x": 65, "ryzen 7 5800x": 105, "ryzen 9 5950x": 105, "ryzen 9 7950x": 170,
    "ryzen 9 9950x": 170, "ryzen 9 7940hs": 54,
    "xeon e5-2670": 115, "xeon e5-2680 v4": 120, "xeon e5-2686 v4": 145, "xeon e5-2690 v4": 135,
    "xeon e5-2698 v4": 135, "xeon silver 4210": 85, "xeon silver 4314": 135, "xeon gold 6130": 125,
    "xeon gold 6148": 150, "xeon gold 5218": 125, "xeon gold 6248": 150, "xeon gold 6248r": 205, "xeon gold 6330": 205,
    "xeon gold 6338": 205, "xeon gold 6430": 270, "xeon platinum 8168": 205, "xeon platinum 8171m": 165,
    "xeon platinum 8175m": 240, "xeon platinum 8259cl": 210, "xeon platinum 8260": 165, "xeon platinum 8280": 205,
    "xeon platinum 8358": 250, "xeon platinum 8375c": 300, "xeon platinum 8380": 270,
    "xeon platinum 8462y+": 300, "xeon platinum 8468": 350, "xeon platinum 8480+": 350,
    "xeon platinum 8592+": 350, "xeon 6787p": 350, "xeon 6980p": 500, "xeon w9-3495x": 350,
    "core i5-8250u": 15, "core i5-12400": 65, "core i7-9750h": 45, "core i7-12700h": 45,
    "core i9-12900k": 125, "core i9-13900k": 125, "core ultra 7 155h": 28, "n100": 6,
  ]
}

extension StringProtocol {
  /// Where `part` begins; a plain search, because this room does without Foundation.
  fileprivate func range(of part: String) -> Index? {
    var index = startIndex
    while index < endIndex {
      if self[index...].hasPrefix(part) { return index }
      index = self.index(after: index)
    }
    return nil
  }
}
