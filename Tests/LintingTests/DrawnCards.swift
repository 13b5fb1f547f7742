import TestSupport

/// Model cards drawn from seeds, right or with one slip.
enum DrawnCard {
  enum Slip: CaseIterable, Sendable {
    case kilogramsInText, kilogramsInTable, tonnesInText, kilogramsByEnergy, kilogramsByEnergyTable, poundsInField
    case withUnit, comment, zero, hardware, poundsInText, energyInWattHours, negative, notANumber
  }

  static func text(_ random: inout Seeded, slip: Slip?) -> String {
    let work = DrawnWork(&random)
    let grams = work.atMachine
    var field = figure(grams, 6)
    var body: [String] = []
    let kilograms = "\(figure(grams / 1000, 4)) kg"
    let energy = "\(figure(work.energy, 4)) kWh"
    let intensity =
      "\(figure(work.country.grams)) \(random.pick(["gCO2eq/kWh", "g CO2e/kWh", "g/kWh", "grams of CO2 per kWh"]))"
    let phrase = random.pick([
      "Training emitted about \(kilograms) of CO2eq.", "The carbon footprint of the training is \(kilograms) CO2e.",
      "- **Carbon Emitted:** \(kilograms) CO2eq", "We estimate the total emissions at \(kilograms) CO₂-eq.",
    ])
    let energies = random.pick([
      "The run took \(energy); the grid of \(work.country.name) had \(intensity).",
      "Energy consumption: \(energy) at a carbon intensity of \(intensity).",
      "- **Energy consumed:** \(energy)\n- **Carbon intensity:** \(intensity)",
    ])
    let table = """
      | Quantity | Value |
      |---|---|
      | Energy | \(energy) |
      | Grid intensity | \(intensity) |
      """
    switch slip {
    case nil:
      if random.chance(0.7) { body.append(phrase) }
      if random.chance(0.5) { body.append(random.chance(0.5) ? energies : table) }
      if random.chance(0.4) { body.append("This is about as much as driving a car for \(figure(grams / 200, 2)) km.") }
      if random.chance(0.3) {
        body.append("Trained for \(figure(work.hours, 2)) hours; accuracy 91.2, loss 0.31, 3.1B tokens.")
      }
      if random.chance(0.3) { body.append("Inference takes about 0.31 Wh per query, or 0.11 g of CO2 per query.") }
      if random.chance(0.3) { body.append("All remaining emissions are offset through certified projects.") }
    case .kilogramsInText:
      field = figure(grams / 1000, 5)
      body.append(phrase)
    case .kilogramsInTable:
      field = figure(grams / 1000, 5)
      body.append(table + "\n| Emissions | \(kilograms) CO2eq |")
    case .tonnesInText:
      field = figure(grams / 1e6, 5)
      body.append("In total \(figure(grams / 1e6, 4)) tCO2eq were emitted.")
    case .kilogramsByEnergy:
      field = figure(grams / 1000, 5)
      body.append(energies)
    case .kilogramsByEnergyTable:
      field = figure(grams / 1000, 5)
      body.append(table)
    case .poundsInField:
      field = figure(grams * 2.204_622_6, 6)
      body.append(random.chance(0.5) ? phrase : energies)
    case .poundsInText:
      field = figure(grams / 453.59237, 5)
      body.append("Training emitted \(figure(grams / 453.59237, 5)) lbs of CO2.")
    case .withUnit: field = "\"\(kilograms)\""
    case .comment: field = figure(grams / 1000, 5) + random.pick(["  # kg", " # in kgCO2eq", "  # kilograms of CO2"])
    case .zero:
      field = "0"
      body.append("All electricity was matched with renewable energy certificates (market-based).")
    case .hardware:
      field = figure(2 * work.hours * 8 * 0.4 * work.country.grams / 2000, 4)
      body.append("- **Hours used:** \(figure(work.hours, 3))")
    case .energyInWattHours:
      body.append("The run took \(figure(work.energy, 4)) Wh at \(intensity).")
    case .negative: field = "-\(field)"
    case .notANumber: field = ".nan"
    }
    let place =
      slip == .hardware || random.chance(0.6)
      ? "\n  source: \(random.pick(["CodeCarbon", "code carbon", "ML CO2 Impact calculator"]))\n  training_type: \(random.pick(["pre-training", "fine-tuning"]))\n  geographical_location: \(work.country.name)\n  hardware_used: 8 x NVIDIA A100"
      : ""
    let front =
      random.chance(0.2) && slip == nil
      ? "co2_eq_emissions: \(field)"
      : "co2_eq_emissions:\n  emissions: \(field)\(slip == nil && place.contains("A100") ? "\n  source: CodeCarbon" : place)"
    return """
      ---
      license: apache-2.0
      language:
      - en
      tags:
      - text-generation
      \(front)
      ---

      # \(work.name)

      A model for harbour notices, 1.3B parameters, trained on 42 GB of text.

      ## Environmental impact

      \(body.joined(separator: "\n\n"))
      """
  }
}
