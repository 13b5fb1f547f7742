import Factors
import TestSupport
import Testing

@Suite("Comma-separated text")
struct CSVTests {
  @Test("The first line names the columns, the rest are rows")
  func simple() throws {
    let table = try CSVTable(parsing: "name,watts\nA100,400\nT4,70\n")
    #expect(table.columns == ["name", "watts"])
    #expect(table.rows.map(\.fields) == [["A100", "400"], ["T4", "70"]])
    #expect(table.rows.map(\.line) == [2, 3])
    #expect(try table.rows[1].text("name") == "T4")
    #expect(try table.rows[1].number("watts") == 70)
  }

  @Test(
    "Line ends may be LF or CRLF, and the last may be missing",
    arguments: ["a,b\n1,2\n", "a,b\n1,2", "a,b\r\n1,2\r\n", "a,b\r\n1,2", "\u{FEFF}a,b\n1,2\n"])
  func lineEnds(_ text: String) throws {
    let table = try CSVTable(parsing: text)
    #expect(table.columns == ["a", "b"])
    #expect(table.rows.map(\.fields) == [["1", "2"]])
  }

  @Test("Quoted fields hold commas, quotes and line ends")
  func quotes() throws {
    let table = try CSVTable(parsing: "a,b\n\"x, y\",\"he said \"\"no\"\"\"\n\"two\nlines\",\"\"\n3,4\n")
    #expect(table.rows.map(\.fields) == [["x, y", #"he said "no""#], ["two\nlines", ""], ["3", "4"]])
    #expect(table.rows.map(\.line) == [2, 3, 5])
  }

  @Test("An empty field is missing, which is not zero")
  func missing() throws {
    let row = try CSVTable(parsing: "a,b,c\n,0,\n").rows[0]
    #expect(try row.number("a") == nil)
    #expect(try row.number("b") == 0)
    #expect(try row.integer("c") == nil)
  }

  @Test("A table of a header alone has no rows")
  func headerOnly() throws { #expect(try CSVTable(parsing: "a,b\n").rows.isEmpty) }

  @Test(
    "What is wrong is an error with line and column",
    arguments: [
      ("", 1, 1, CSVError.Problem.noHeader),
      ("a,,c\n", 1, 3, .emptyName),
      ("a,b,a\n", 1, 5, .repeatedName("a")),
      ("a,b\n1,2\n1\n", 3, 1, .fieldCount(found: 1, expected: 2)),
      ("a,b\n1,2,3\n", 2, 5, .fieldCount(found: 3, expected: 2)),
      ("a,b\n\n", 2, 1, .fieldCount(found: 1, expected: 2)),
      ("a,b\n1,\"2\n", 2, 3, .openQuote),
      ("a,b\n1,x\"2\n", 2, 4, .strayQuote),
      ("a,b\n1,\"2\"3\n", 2, 6, .afterQuote),
      ("a,b\r1,2\n", 1, 4, .loneCarriageReturn),
      ("a,b\n1,2\r", 2, 4, .loneCarriageReturn),
      ("ä,b\nöü,\"2\"3\n", 2, 7, .afterQuote),
      ("a,b\n\"two\nlines\",x\"\n", 3, 9, .strayQuote),
    ])
  func errors(_ text: String, _ line: Int, _ column: Int, _ problem: CSVError.Problem) {
    #expect(throws: CSVError(line: line, column: column, problem: problem)) { try CSVTable(parsing: text) }
  }

  @Test(
    "Bytes that are not UTF-8 are refused where they stand",
    arguments: [[0xFF], [0xC3], [0xED, 0xA0, 0x80]] as [[UInt8]])
  func notUTF8(_ bytes: [UInt8]) {
    #expect(throws: CSVError(line: 2, column: 3, problem: .notUTF8)) {
      try CSVTable(parsing: Array("a,b\n1,".utf8) + bytes + [10])
    }
    #expect(throws: CSVError(line: 2, column: 3, problem: .notUTF8)) {
      try CSVTable(parsing: Array("a,b\n1,\"".utf8) + bytes + Array("\"\n".utf8))
    }
  }

  @Test(
    "A field that should be a number and is none is named with its place",
    arguments: ["x", "1,5", "nan", "inf", "0x10", "1e999", " 1", "--1"])
  func notNumbers(_ field: String) throws {
    let row = try CSVTable(parsing: CSVTable.text([["a", "b"], ["1", field]])).rows[0]
    let error = #expect(throws: CSVError.self) { try row.number("b") }
    #expect(error == CSVError(line: 2, column: 3, problem: .notANumber(field)))
    #expect(throws: CSVError(line: 2, column: 3, problem: .notAWholeNumber(field))) { try row.integer("b") }
  }

  @Test("A column that is not there is answered with those that are")
  func noColumn() throws {
    let row = try CSVTable(parsing: "time,value\n1,2\n").rows[0]
    let error = #expect(throws: CSVError.self) { try row.text("price") }
    #expect(error?.description == "line 1, column 1: no column 'price'; the table has time, value")
  }

  @Test("Any text at all can be written as a field and is read back unchanged")
  func roundTrip() throws {
    var random = Seeded(30)
    let alphabet: [Character] = [
      "a", "b", ",", "\"", "\n", "\r", "\r\n", "ä", "𝕏", "\u{FEFF}", " ", "0", "\u{0}", "e\u{301}",
    ]
    for _ in 0..<2000 {
      let width = Int.random(in: 1...4, using: &random)
      let header = (0..<width).map { "column \($0)" }
      let rows = (0..<Int.random(in: 0...5, using: &random)).map { _ in
        (0..<width).map { _ in
          String((0..<Int.random(in: 0...6, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "a" })
        }
      }
      let table = try CSVTable(parsing: CSVTable.text([header] + rows))
      #expect(table.columns == header)
      // Compared by bytes: Swift's own equality would let a combined letter pass for its parts.
      #expect(table.rows.map { $0.fields.map { Array($0.utf8) } } == rows.map { $0.map { Array($0.utf8) } })
    }
  }

  @Test("A name that begins with a byte order mark keeps it")
  func markInName() throws {
    let table = try CSVTable(parsing: CSVTable.text([["\u{FEFF}a", "b"]]))
    #expect(table.columns[0].unicodeScalars.count == 2)
  }

  @Test("No bytes at all stop the reader: it gives a whole table or an error inside the file")
  func fuzz() {
    var random = Seeded(31)
    let likely = Array("a,b\"\n\r1".utf8)
    var tables = 0
    for _ in 0..<20000 {
      let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
        Int.random(in: 0..<20, using: &random) == 0
          ? UInt8.random(in: 0...255, using: &random) : likely.randomElement(using: &random) ?? 44
      }
      let lines = bytes.count { $0 == 10 } + 1
      do throws(CSVError) {
        let table = try CSVTable(parsing: bytes)
        tables += 1
        for row in table.rows {
          #expect(row.fields.count == table.columns.count)
          #expect((1...lines).contains(row.line))
        }
      } catch {
        #expect((1...lines).contains(error.line))
        #expect((1...(bytes.count + 1)).contains(error.column))
      }
    }
    #expect(tables > 100)
  }

  @Test("A table cut anywhere is a shorter table or an error, never a wrong row")
  func cuts() throws {
    let text = "a,b\n\"x, y\",1\nplain,\"2\"\n\"q\"\"q\",3\n"
    let whole = try CSVTable(parsing: text).rows.map(\.fields)
    let bytes = Array(text.utf8)
    for end in bytes.indices {
      guard let table = try? CSVTable(parsing: bytes[..<end]) else { continue }
      for (row, expected) in zip(table.rows.map(\.fields).dropLast(), whole) { #expect(row == expected) }
      #expect(table.rows.count <= whole.count)
    }
  }

  @Test("A file of one long line is read in one pass")
  func longLine() throws {
    let names = (0..<20000).map { "c\($0)" }
    let table = try CSVTable(parsing: CSVTable.text([names, names]))
    #expect(table.rows[0].fields == names)
    #expect(throws: CSVError.self) { try table.rows[0].number("c19999") }
  }
}
