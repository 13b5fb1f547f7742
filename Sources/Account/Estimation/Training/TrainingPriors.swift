import Accounting
public import Methods
public import Quantities

/// What Dimmer takes for training where nobody states it. Each is assumed, has an interval, and says what it is made of.
public enum TrainingPrior {
  /// Useful operations over the printed peak (model FLOP utilisation): 0.38, from 0.2 to 0.55.
  public static let speedShare = figure(
    "share of the peak speed that training reaches (MFU)", 0.38, 0.2...0.55, named: "prior:training-speed",
    note: "Published: GPT-3 0.21, MT-NLG 0.30, Gopher 0.33, Llama 3.1 405B 0.38 to 0.43, PaLM 0.46, Megatron-LM up to "
      + "0.56. Dimmer takes the middle. State your own with --mfu.")

  /// Mean power of an accelerator in training over its design power: 0.85, from 0.5 to 1.
  public static let powerShare = figure(
    "share of the design power that training draws", 0.85, 0.5...1.0, named: "prior:training-power",
    note: "H100s in training were measured above 85 % of their limit when busy and at 15 % while saving checkpoints "
      + "(Morrison and others 2025). Dimmer takes 0.5 to 1. State your own with --power-share or a measured --power.")

  /// Energy of the machine over that of its accelerators: 1.4, from 1.15 to 2.
  ///
  /// Of the same machines ``ServingShares/nodeFactor`` is of, at 0.85 of the boards' limit and not at 0.6: what makes 2
  /// there (420 W beside a board of 700 W) makes 1.71 here, and what makes 1.36 there (150 W) makes 1.25 here.
  public static let nodeFactor = figure(
    "energy of the machine over that of its accelerators", 1.4, 1.15...2.0, named: "node-factor:training",
    note:
      "Published: 2 for serving (MIT Technology Review 2025), about 1.2 kW beside eight GPUs (EcoLogits 0.11), about "
      + "30 % less (BoaviztAPI 2.5). GPUs draw more in training than in serving and the rest of the machine does not: what "
      + "is 2 there is about 1.7 here, what is 1.36 there 1.25. State your own with --node-factor.")

  /// Energy of all runs of a project over that of the final one: 2, from 1.5 to 4.
  public static let researchFactor = figure(
    "energy of all runs over the final one", 2, 1.5...4.0, named: "prior:research",
    note:
      "Published: 1.5 (Morrison and others 2025), about 2 (OPT, as quoted by Luccioni and others 2022), 2.7 (BLOOM, "
      + "1163 over 433 MWh), 4 (a draft of EcoLogits). State your own with --research-factor.")

  /// What a hard disk and a solid state disk draw a terabyte stand within, relative to the printed figure.
  static let storagePower = -0.5...1.0

  /// Electricity of moving a gigabyte over the internet: 0.024 kWh, from 0.004 to 0.14.
  public static let internet = energyFigure(
    "energy of moving a gigabyte over the internet", .kilowattHours(0.024), .kilowattHours(0.004),
    .kilowattHours(0.14), named: "prior:internet",
    note: "Published estimates run from 0.004 to 0.14 kWh by year and boundary; Dimmer takes their geometric mean.")

  /// A value that Dimmer assumes (`training-prior@1`).
  static func figure(
    _ label: String, _ value: Double, _ range: ClosedRange<Double>, named name: UncertaintySource, note: String
  ) -> Figure<Ratio> {
    Figure(
      label,
      Estimate(
        Ratio(value), low: Ratio(range.lowerBound), high: Ratio(range.upperBound), origin: .assumed,
        method: formula.id, source: name), note: "Assumed by Dimmer. " + note)
  }

  private static func energyFigure(
    _ label: String, _ value: Energy, _ low: Energy, _ high: Energy, named name: UncertaintySource, note: String
  ) -> Figure<Energy> {
    Figure(
      label, Estimate(value, low: low, high: high, origin: .assumed, method: formula.id, source: name),
      note: "Assumed by Dimmer. " + note)
  }

  static let formula = Formula(
    id: "training-prior@1",
    summary: "A value that Dimmer assumes where nobody states it, with the published ones in its note",
    formula: "value",
    citation: Source("Dimmer's choice from published values, which the figure's note names"),
    inputs: [MethodParameter("value", "the assumed value")], output: MethodParameter("value", "the same value"),
    evaluate: { $0[0] })
}
