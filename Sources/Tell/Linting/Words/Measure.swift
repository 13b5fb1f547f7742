import Quantities

/// What kind of amount a unit counts.
enum Measure: Hashable, Sendable {
  /// Grams.
  case mass
  /// Joules.
  case energy
  /// Watts.
  case power
  /// Seconds.
  case time
  /// Seconds of one device.
  case deviceTime
  /// Grams per kilowatt-hour.
  case intensity
  /// Grams per second.
  case massRate
  /// Litres.
  case volume
  /// Litres per kilowatt-hour.
  case waterIntensity
}

/// A unit as somebody wrote it.
struct StatedUnit: Hashable, Sendable {
  /// How it is called in messages.
  let symbol: String
  /// What it counts.
  let measure: Measure
  /// Base units in one of it.
  let scale: Double
  /// Whether it is "ton" without saying which.
  var isLooseTon = false
}

/// What an amount is for: "per 1000 queries".
struct PerUnit: Hashable, Sendable {
  /// How many.
  let count: Double
  /// Of what, in the singular.
  let noun: String

  var text: String { "per \(count == 1 ? "" : Decimals.significant(count, digits: 6) + " ")\(noun)" }
}

/// The names of units.
enum UnitNames {
  static let pound = 453.59237
  static let shortTon = 907_184.74

  static let mass: [String: Double] = [
    "g": 1, "gr": 1, "gram": 1, "grams": 1, "gramme": 1, "grammes": 1, "kg": 1e3, "kgs": 1e3, "kilo": 1e3,
    "kilos": 1e3, "kilogram": 1e3, "kilograms": 1e3, "kilogramme": 1e3, "kilogrammes": 1e3, "t": 1e6, "tonne": 1e6,
    "tonnes": 1e6, "mg": 1e-3, "milligram": 1e-3, "milligrams": 1e-3, "µg": 1e-6, "ug": 1e-6, "lb": pound,
    "lbs": pound, "pound": pound, "pounds": pound, "kt": 1e9, "kilotonne": 1e9, "kilotonnes": 1e9,
  ]
  static let looseTons: Set<String> = ["ton", "tons"]

  static let energy: [String: Double] = [
    "j": 1, "joule": 1, "joules": 1, "kj": 1e3, "kilojoule": 1e3, "kilojoules": 1e3, "megajoule": 1e6,
    "megajoules": 1e6, "gj": 1e9, "gigajoules": 1e9, "wh": 3600, "watthour": 3600, "watthours": 3600, "kwh": 3.6e6,
    "kwhs": 3.6e6, "kilowatthour": 3.6e6, "kilowatthours": 3.6e6, "mwh": 3.6e9, "megawatthour": 3.6e9,
    "megawatthours": 3.6e9, "gwh": 3.6e12, "gigawatthours": 3.6e12, "twh": 3.6e15,
  ]
  static let power: [String: Double] = [
    "w": 1, "watt": 1, "watts": 1, "kw": 1e3, "kilowatt": 1e3, "kilowatts": 1e3, "megawatt": 1e6, "megawatts": 1e6,
  ]
  static let time: [String: Double] = [
    "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1, "ms": 1e-3, "millisecond": 1e-3, "milliseconds": 1e-3,
    "min": 60, "mins": 60, "minute": 60, "minutes": 60, "h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600,
    "hours": 3600, "day": 86_400, "days": 86_400, "week": 604_800, "weeks": 604_800,
  ]
  static let volume: [String: Double] = [
    "l": 1, "litre": 1, "litres": 1, "liter": 1, "liters": 1, "ml": 1e-3, "millilitre": 1e-3, "millilitres": 1e-3,
    "milliliters": 1e-3, "m3": 1e3, "gallon": 3.785411784, "gallons": 3.785411784,
  ]
  static let devices: Set<String> = [
    "gpu", "gpus", "tpu", "tpus", "accelerator", "device", "card", "chip", "node", "a100", "h100", "v100", "h200",
    "b200", "core", "cpu",
  ]
  /// What work is counted in, singular by plural.
  static let nouns: [String: String] = [
    "query": "query", "queries": "query", "request": "request", "requests": "request", "req": "request",
    "prompt": "prompt", "prompts": "prompt", "token": "token", "tokens": "token", "image": "image",
    "images": "image", "img": "image", "inference": "inference", "inferences": "inference", "reply": "reply",
    "replies": "reply", "response": "response", "responses": "response", "call": "call", "calls": "call",
    "video": "video", "videos": "video", "clip": "clip", "page": "page", "pages": "page", "user": "user",
    "users": "user", "message": "message", "messages": "message", "sample": "sample", "samples": "sample",
    "generation": "generation", "generations": "generation", "completion": "completion",
    "completions": "completion", "step": "step", "steps": "step", "epoch": "epoch", "run": "run", "visit": "visit",
    "visits": "visit", "transaction": "transaction", "transactions": "transaction", "session": "session",
    "prediction": "prediction", "predictions": "prediction", "unit": "unit", "item": "item", "document": "document",
    "documents": "document", "job": "job", "jobs": "job", "conversation": "conversation",
    "embedding": "embedding", "embeddings": "embedding", "minute": "minute", "hour": "hour", "day": "day",
    "gpu": "gpu", "month": "month", "year": "year", "week": "week", "translation": "translation",
  ]
  static let equivalentWords: Set<String> = ["e", "eq", "eqv", "equiv", "equivalent", "equivalents"]
  static let carbonWords: Set<String> = [
    "co2", "co2e", "co2eq", "co2eqv", "co2equiv", "carbon", "emission", "emissions", "ghg", "emitted", "footprint",
  ]
}
