import Foundation

/// The family of image classifiers that `train.py` left in a folder, and the images to ask it about.
struct DigitFamily {
  /// One classifier and what the held-out images say about it.
  struct Member: Decodable {
    let name: String
    let trainingImages: Int
    let heldOutImages: Int
    let accuracy: Double
    let accuracyLow: Double
    let shortfall: Double
    let shortfallHigh: Double
  }

  private struct Document: Decodable {
    struct Part: Decodable {
      let file: String
      let bases: String
      let baseImages: Int
      let images: Int
    }
    struct Record: Decodable {
      let pixels: Int
      let bytes: Int
    }
    let seed: Int
    let record: Record
    let live: Part
    let variants: [Member]
  }

  /// The classifiers, smallest first.
  let members: [Member]
  /// Pixels of an image.
  let pixels: Int
  private let live: [UInt8]
  private let liveBases: [UInt8]
  private let recordBytes: Int

  /// Reads the family in `directory`.
  init(directory: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let document: Document
    do {
      document = try decoder.decode(Document.self, from: Data(try Files.read("\(directory)/family.json")))
    } catch let error
      as DecodingError
    { throw Failure(.data, "\(directory)/family.json is not a family: \(error); remove \(directory) and try again") }
    members = document.variants
    pixels = document.record.pixels
    recordBytes = document.record.bytes
    live = try Files.read("\(directory)/\(document.live.file)")
    liveBases = try Files.read("\(directory)/\(document.live.bases)")
    guard members.count >= 4, live.count == document.live.images * recordBytes, liveBases.count == 2 * liveCount else {
      throw Failure(.data, "\(directory) holds an incomplete family; remove it and try again")
    }
  }

  /// The most accurate classifier.
  var largest: Member { members.max { $0.accuracy < $1.accuracy } ?? members[members.count - 1] }
  /// How many live images there are.
  var liveCount: Int { live.count / recordBytes }

  /// The true digit of a live image.
  func label(_ index: Int) -> UInt8 { live[index % liveCount * recordBytes + pixels] }

  /// Which handwritten digit a live image was made from.
  func base(_ index: Int) -> Int {
    let place = 2 * (index % liveCount)
    return Int(liveBases[place]) + 256 * Int(liveBases[place + 1])
  }

  /// A KServe v2 request for `count` live images from `first` on.
  func request(first: Int, count: Int) -> String {
    var text = "{\"inputs\":[{\"name\":\"images\",\"shape\":[\(count),\(pixels)],\"datatype\":\"UINT8\",\"data\":["
    text.reserveCapacity(count * pixels * 3 + 128)
    for index in first..<(first + count) {
      let start = index % liveCount * recordBytes
      for pixel in live[start..<(start + pixels)] {
        if text.utf8.last != UInt8(ascii: "[") { text += "," }
        text += "\(pixel)"
      }
    }
    return text + "]}]}"
  }
}
