import Estimation
import Factors
import Methods
import Quantities

typealias Medium = DiffusionModelTable.Medium

/// Options that nobody measured, by the estimators of served work.
struct OptionEstimator {
  /// Why there is no estimate.
  enum Impossible: Error {
    /// This choice cannot be; others may.
    case leftOut(String)
    /// What was asked cannot be answered at all.
    case asked(any Error)
  }

  /// A model that was asked for, as the tables or the user describe it.
  struct Model {
    /// As it was asked for.
    let name: String
    let choice: ModelChoice
    let text: OpenModelTable.Entry?
    let diffusion: DiffusionModelTable.Entry?
  }

  private let query: BoardQuery
  private let task: BoardWork
  private let tables: FactorTables

  init(_ query: BoardQuery, task: BoardWork, tables: FactorTables) {
    self.query = query
    self.task = task
    self.tables = tables
  }

  /// The models that were asked for, each once.
  ///
  /// - Throws: ``ServingError/noModel(_:)`` with near names, ``BoardError/contradiction(_:)`` for a range of sizes
  ///   beside a published one.
  func models() throws -> [Model] {
    var seen: Set<ModelChoice> = []
    var named: Set<String> = []
    return try query.models.filter { seen.insert($0).inserted }.compactMap { choice in
      let known: (text: OpenModelTable.Entry?, diffusion: DiffusionModelTable.Entry?)
      do throws(FactorError) {
        if let medium = query.task?.medium {
          known = (nil, try tables.diffusionModels.model(choice.name, making: medium))
        } else {
          known = (try tables.openModels.model(choice.name), nil)
        }
      } catch {
        guard choice.billions != nil else { throw BoardError.noModel(choice.name, error) }
        known = (nil, nil)
      }
      if choice.billions != nil, let size = known.text?.totalBillions ?? known.diffusion?.billions {
        throw BoardError.contradiction(
          "'\(choice.text)' contradicts its maker: \(choice.name) has \(Decimals.significant(size, digits: 4)) billion "
            + "parameters; leave the numbers out")
      }
      // One model by two of its names is one option.
      if let name = known.text?.name ?? known.diffusion?.name, !named.insert(name).inserted { return nil }
      return Model(name: choice.name, choice: choice, text: known.text, diffusion: known.diffusion)
    }
  }

  /// The option of a choice.
  func candidate(
    _ choice: BoardChoice, _ model: Model, at site: Site, quality: Finding<Ratio>
  ) throws(Impossible) -> BoardCandidate {
    let served: ServedFootprint
    do {
      served =
        if let medium = query.task?.medium {
          try diffusion(medium, choice, model, at: site)
        } else {
          try text(choice, model, at: site)
        }
    } catch let error as Impossible { throw error } catch let error as ServingError {
      // That weights do not fit is so for some choices; all else is so for all.
      if case .doesNotFit = error { throw .leftOut("\(error)") }
      throw .asked(error)
    } catch { throw .asked(error) }
    let figures = OptionFigures(served.work, at: site, quality: quality).renaming { source in
      OptionEstimator.name(of: source, choice)
    }
    return BoardCandidate(choice: choice, basis: .estimated, figures: figures, notes: served.notes)
  }

  /// The name of an uncertain thing as far as options share it.
  ///
  /// The hour's distance from the year is another one at another time. What nobody stated (batch, prompt, the machine
  /// around the accelerators) is taken as one thing of all options: they are compared under like conditions. How far a
  /// model and its server lie from the fit the estimator names by itself.
  static func name(of source: UncertaintySource, _ choice: BoardChoice) -> UncertaintySource {
    if source.hasPrefix("hour-of-year:"), choice.time != .anyHour { return "\(source):\(choice.time.text)" }
    return source
  }

  private func text(_ choice: BoardChoice, _ model: Model, at site: Site) throws -> ServedFootprint {
    guard let tokens = task.tokens else { throw BoardError.contradiction("the task has no tokens") }
    let served: ServedModel
    if let entry = model.text {
      served = ServedModel(entry, precision: choice.precision)
    } else {
      guard choice.precision == nil else {
        throw Impossible.leftOut("its weights are not published, so nobody outside can serve it in another format")
      }
      guard let billions = model.choice.billions else { throw ServingError.noParameters }
      served = try ServedModel(named: model.name, billions: billions, activeBillions: model.choice.activeBillions)
    }
    let share = choice.cached ?? 0
    let prompt = tokens.prompt.value.value
    var work = TextWork(model: served, outputTokens: tokens.answer.value.value, inputTokens: prompt * (1 - share))
    work.reasoningTokens = tokens.reasoning?.value.value ?? 0
    work.cachedTokens = prompt * share
    // The task's own figures, so that explanations end at its source. A part of a prompt is the user's own number.
    if share == 0 { work.derived.input = tokens.prompt }
    work.derived.output = tokens.written
    work.batch = choice.batch
    work.accelerator = choice.accelerator
    work.label = choice.label
    return try TextEstimator(tables).footprint(of: work, at: site)
  }

  private func diffusion(
    _ medium: Medium, _ choice: BoardChoice, _ model: Model, at site: Site
  ) throws -> ServedFootprint {
    guard let pixels = task.pixels else { throw BoardError.contradiction("the task has no pixels") }
    var work: DiffusionWork
    if let entry = model.diffusion {
      work = DiffusionWork(entry)
    } else {
      guard let billions = model.choice.billions else { throw ServingError.noParameters }
      work = try DiffusionWork(medium, named: model.name, billions: billions)
    }
    work.width = pixels.width
    work.height = pixels.height
    if let frames = pixels.frames { work.frames = frames }
    try work.take(steps: query.steps)
    work.accelerator = choice.accelerator
    return try DiffusionEstimator(tables).footprint(of: work, at: site)
  }
}
