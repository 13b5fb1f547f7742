import Foundation
import Testing

@Suite("dimmer equivalences and dimmer restate")
struct EquivalencesTests {
  @Test("An energy is set beside devices; with a region beside cars too, with figures of the contract's shape")
  func energy() async throws {
    try await Workspace.use { space in
      let bare = try JSON(try await space.dimmer("equivalences", "--energy", "1.2 kWh", "--json").output)
      let count = { (document: JSON, id: String) in
        document["equivalences"].array.first { $0["id"].string == id }?["count"]
      }
      #expect(try count(bare, "phone-charge-energy")?["value"].number() == 100)
      #expect(count(bare, "car-mile-us")?["value"].isNull == true)
      #expect(count(bare, "car-mile-us")?["reason"].string?.contains("--region") == true)
      let placed = try JSON(
        try await space.dimmer("equivalences", "--energy", "1.2 kWh", "--region", "DE", "--json").output)
      let miles = try #require(count(placed, "car-mile-us"))
      #expect(abs(try miles["value"].number() - 1.2 * 342.06 / 393) < 0.01)
      #expect(try miles["low"].number() < (try miles["value"].number()))
      #expect(try placed["energy_joules"]["value"].number() == 4.32e6)
      let text = try await space.dimmer("equivalences", "--energy", "1.2 kWh", "--region", "DE").output
      for part in ["smartphone charges", "EPA", "1.2 kWh", "full charges of an electric car"] {
        #expect(text.contains(part), "\(part) is missing in:\n\(text)")
      }
    }
  }

  @Test("The list says which factors hold and which other tools still carry; the forms tell their derivation")
  func listed() async throws {
    try await Workspace.use { space in
      let list = try JSON(try await space.dimmer("equivalences", "--list", "--json").output)["factors"].array
      #expect(list.contains { $0["status"].string == "superseded" && $0["instead"].string == "car-mile-us" })
      let forms = try JSON(
        try await space.dimmer("equivalences", "--forms", "--region", "World", "--battery", "60 kWh", "--json").output)
      #expect(try forms["claimed_summary_joules"]["value"].number() == 144_000)
      #expect(forms["images"].array.count >= 3 && forms["charges"].array.count >= 3)
      #expect(forms["verdict"].string?.contains("40 Wh") == true)
    }
  }

  @Test(
    "What contradicts itself, has no unit or is out of range ends with 64 and says what to do",
    arguments: [
      (["--energy", "1.2"], "kWh"), (["--energy=-1 kWh"], "allowed"), (["--energy", "nan kWh"], "number"),
      (["--energy", "1 kWh", "--region", "Germani"], "Germany"), (["--carbon", "1 g", "--region", "DE"], "contradict"),
      ([], "--energy"), (["--energy", "1 kWh", "--battery", "0.1 kWh"], "allowed"), (["--forms"], "--region"),
      (["--carbon", "5 kWh"], "g"),
    ])
  func refused(_ arguments: [String], _ hint: String) async throws {
    try await Workspace.use { space in
      let ending = try await space.start(["equivalences"] + arguments).end()
      #expect(ending.status == 64 && ending.outputBytes.isEmpty)
      #expect(ending.error.contains(hint), "\(ending.error)")
    }
  }

  @Test("A new record has nothing to restate; an unknown method or ledger is refused")
  func nothing() async throws {
    try await Workspace.use { space in
      _ = try await space.measure("true", options: ["--region", "DE", "--pue", "1.2", "--wue", "0.5"])
      let ending = try await space.dimmer("restate", "--json")
      let document = try JSON(ending.output)
      #expect(ending.status == 0 && document["restated"].array.isEmpty)
      #expect(try document["figures"].number() >= 5 && document["written"].number() == 0)
      #expect(try await space.dimmer("restate").output.contains("newest versions"))
      let unknown = try await space.dimmer("restate", "--method", "watre")
      #expect(unknown.status == 64 && unknown.error.contains("water"))
      #expect(try await space.dimmer("restate", "--ledger", space.file("none.sqlite")).status == 66)
    }
  }

  @Test("Every leaf of a run's figures has a source, or says who stated, assumed or measured it")
  func leaves() async throws {
    try await Workspace.use { space in
      let (_, summary) = try await space.measure(
        "i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done",
        options: ["--region", "DE", "--pue", "1.2", "--wue", "0.5"])
      let document = try JSON(try await space.dimmer("explain", try summary["run_id"].text(), "--json").output)
      let methods = try await space.methods()
      var leaves = 0
      func look(_ receipt: JSON) {
        guard receipt["inputs"].array.isEmpty else { return receipt["inputs"].array.forEach(look) }
        leaves += 1
        let isCited = receipt["source"]["citation"].string != nil || receipt["source"].string != nil
        let says = receipt["note"].string != nil || receipt["reason"].string != nil
        let byMethod = receipt["method"].string.map(methods.contains) ?? false
        #expect(isCited || says || byMethod, "\(receipt["label"].string ?? "?") comes from nowhere")
      }
      document["receipts"].array.forEach(look)
      #expect(leaves >= 10)
    }
  }
}
