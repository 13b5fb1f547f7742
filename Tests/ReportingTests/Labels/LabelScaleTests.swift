import Methods
import Quantities
import Testing

@testable import Reporting

@Suite("The label's scale")
struct LabelScaleTests {
  @Test("The cuts of edition 2026 are those that are published in docs/labels.md")
  func cuts() {
    let joules = { (task: LabelTask) in LabelScale.energyCuts(of: task).map(\.joules) }
    let half = { (list: [Double], expected: [Double]) in
      zip(list, expected).allSatisfy { abs($0 / $1 - 1) < 1e-12 } && list.count == expected.count
    }
    #expect(LabelScale.edition == "2026")
    #expect(half(joules(.text), [100, 316, 1000, 3160, 10_000, 31_600]))
    #expect(half(joules(.image), [100, 316, 1000, 3160, 10_000, 31_600]))
    #expect(half(joules(.video), [1000, 3160, 10_000, 31_600, 100_000, 316_000]))
    #expect(half(joules(.speech), [31.6, 100, 316, 1000, 3160, 10_000]))
    #expect(half(joules(.embedding), [0.1, 0.316, 1, 3.16, 10, 31.6]))
    #expect(half(joules(.classification), [10, 31.6, 100, 316, 1000, 3160]))
  }

  @Test("A grade is a step of the logarithm, the cut itself belongs to the better one", arguments: LabelTask.allCases)
  func grades(_ task: LabelTask) {
    let cuts = LabelScale.energyCuts(of: task)
    for (index, cut) in cuts.enumerated() {
      #expect(LabelScale.grade(cut, cuts: cuts).rawValue == index)
      #expect(LabelScale.grade(cut * 1.0001, cuts: cuts).rawValue == index + 1)
      // A step is 1 on the drawing; 3.16 for the half decade is off by less than a thousandth.
      #expect(abs(LabelScale.position(cut, cuts: cuts) - Double(index + 1)) < 2e-3)
    }
    #expect(LabelScale.grade(cuts[5] * 1e9, cuts: cuts) == .g)
    #expect(LabelScale.position(cuts[5] * 1e9, cuts: cuts) == 7)
    #expect(LabelScale.position(cuts[0] * 1e-9, cuts: cuts) == 0)
  }

  @Test("The same work on the reference grid has one letter by energy and by carbon; on a cleaner one a better letter")
  func carbon() {
    for task in LabelTask.allCases {
      let energy = LabelScale.energyCuts(of: task)
      let carbon = LabelScale.carbonCuts(of: task)
      for factor in [0.5, 2.0, 5, 20] {
        let used = energy[2] * factor
        let emitted = used * LabelScale.referenceIntensity
        #expect(LabelScale.grade(used, cuts: energy) == LabelScale.grade(emitted, cuts: carbon))
        #expect(LabelScale.grade(emitted * 0.05, cuts: carbon) < LabelScale.grade(emitted, cuts: carbon))
      }
    }
  }

  @Test("Work is counted by its functional unit; nothing and less than nothing is no work")
  func work() throws {
    #expect(try #require(LabelWork(.text, count: 400)).units == 0.4)
    #expect(try #require(LabelWork(.speech, count: 90)).units == 1.5)
    #expect(LabelWork(.image, count: 0) == nil && LabelWork(.image, count: -1) == nil)
    #expect(LabelWork(.image, count: .nan) == nil && LabelWork(.image, count: .infinity) == nil)
  }
}
