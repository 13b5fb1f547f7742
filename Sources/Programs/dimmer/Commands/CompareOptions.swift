import ArgumentParser
import Comparing

/// What is done: `--task` and its size.
struct CompareTaskOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("What every option does: chat, summarize, reasoning, image, video.", valueName: "TASK"))
  var task: String?

  @Option(help: ArgumentHelp("Tokens of the prompt; without it the task's own.", valueName: "COUNT"))
  var inputTokens: String?

  @Option(help: ArgumentHelp("Tokens of the answer; without it the task's own.", valueName: "COUNT"))
  var outputTokens: String?

  @Option(help: ArgumentHelp("Tokens of reasoning; without it the task's own.", valueName: "COUNT"))
  var reasoningTokens: String?

  @Option(help: ArgumentHelp("Width in pixels; 1024 for an image, 832 for a video.", valueName: "PIXELS"))
  var width: String?

  @Option(help: ArgumentHelp("Height in pixels; 1024 for an image, 480 for a video.", valueName: "PIXELS"))
  var height: String?

  @Option(help: ArgumentHelp("Denoising steps; without them each model's own.", valueName: "COUNT"))
  var steps: String?

  @Option(help: ArgumentHelp("Frames of a video; 81 without it.", valueName: "COUNT"))
  var frames: String?

  var items: [QueryText.Item] {
    let all = [
      ("task", task), ("input_tokens", inputTokens), ("output_tokens", outputTokens),
      ("reasoning_tokens", reasoningTokens), ("width", width), ("height", height), ("steps", steps), ("frames", frames),
    ]
    return all.compactMap { key, value in value.map { (key, $0) } }
  }
}

/// What may be chosen.
struct CompareAxes: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A model; one that nobody published with billions of parameters (\"GPT-4o=100:400/20:60\").", valueName: "NAME"))
  var model: [String] = []

  @Option(help: ArgumentHelp("A country, a zone or a cloud region; without it no carbon.", valueName: "PLACE"))
  var region: [String] = []

  @Option(help: ArgumentHelp("now, +3h, tonight (22:00 here) or 2026-11-21T22:00Z.", valueName: "TIME"))
  var time: [String] = []

  @Option(
    help: ArgumentHelp("Format of the weights: bf16, fp8, int4, mxfp4, ...; as published.", valueName: "FORMAT"))
  var precision: [String] = []

  @Option(help: ArgumentHelp("Share of the prompt that a cache holds, 0 to 1.", valueName: "SHARE"))
  var cached: [String] = []

  @Option(help: ArgumentHelp("Kind of accelerator: H100, B200, A100, L4, ....", valueName: "KIND"))
  var gpu: [String] = []

  @Option(help: ArgumentHelp("Requests served together; 32 (16 to 64), assumed.", valueName: "COUNT"))
  var batch: [String] = []

  @Option(help: ArgumentHelp("An alias whose measured variants are options, too.", valueName: "ALIAS"))
  var alias: [String] = []

  @Option(
    help: ArgumentHelp(
      "An option stated altogether: \"by hand: carbon=0.2 g, latency=60 s\".", valueName: "NAME: FIGURES"))
  var row: [String] = []

  var items: [QueryText.Item] {
    let all = [
      ("model", model), ("region", region), ("time", time), ("precision", precision), ("cached", cached), ("gpu", gpu),
      ("batch", batch), ("alias", alias), ("row", row),
    ]
    return all.flatMap { key, values in values.map { (key, $0) } }
  }
}

/// The site of all options. Values are read by the board, as in its address.
struct CompareSiteOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Year of the grids' averages; the newest without it.", valueName: "YEAR"))
  var year: String?

  @Option(help: ArgumentHelp("Total over IT energy, 1 to 10, or an operator (AWS, unknown).", valueName: "PUE"))
  var pue: String?

  @Option(help: ArgumentHelp("Water on the site in litres per kWh of IT energy, 0 to 100.", valueName: "L/kWh"))
  var wue: String?

  @Option(help: ArgumentHelp("Price of a kilowatt-hour, in --currency.", valueName: "PRICE"))
  var price: String?

  @Option(help: ArgumentHelp("ISO 4217 code of --price.", valueName: "CODE"))
  var currency = "USD"

  var items: [QueryText.Item] {
    [("year", year), ("pue", pue), ("wue", wue), ("price", price), ("currency", currency)].compactMap { key, value in
      value.map { (key, $0) }
    }
  }
}
