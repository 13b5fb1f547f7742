import Methods
public import Quantities

extension GridMethods {
  /// Where a job meets the lowest mean.
  public static let bestWindow: MethodID = "best-window@1"
  /// Whether a saving is beyond the noise.
  public static let savingVerdict: MethodID = "saving-verdict@1"
  /// What a rule of thumb does to carbon.
  public static let proxyAudit: MethodID = "proxy-audit@1"

  static let windows: [Method] = [window, verdict, audit]

  private static let window = Method(
    bestWindow, "Where in a window a job meets the lowest mean",
    formula: "min over starts of the integral / duration; with pauses min of sum(value x time) + cost x (pieces - 1)",
    citation: Source("Dimmer: exact search over the borders of intervals; with pauses dynamic programming"),
    inputs: [
      MethodParameter("hourly_values", "values hour by hour, the window's first hour first", in: -1e9...1e9),
      MethodParameter("duration_hours", unit: "h", "how long the job runs", in: 0.001...87_600),
      MethodParameter(
        "may_pause", "1 when the job may pause, else 0", default: .number(0), in: 0...1),
      MethodParameter(
        "resume_cost", "cost of a pause in the values' unit times hours", default: .number(0), in: 0...1e12),
    ],
    outputs: [
      MethodParameter("start_hours", unit: "h", "start after the window's start"),
      MethodParameter("mean", "mean over the job, in the unit of the values"),
      MethodParameter("now_mean", "mean of starting at once"),
      MethodParameter("pieces", "how many pieces the job runs in"),
    ]
  ) { arguments throws(MethodError) in
    let values = try arguments.numbers("hourly_values")
    let history = try hourly(values)
    let duration = Span.hours(try arguments.number("duration_hours"))
    let pauses =
      try arguments.number("may_pause") > 0 ? PauseRule(resumeCost: try arguments.number("resume_cost")) : nil
    let plan: WindowPlan
    do throws(WindowError) {
      plan = try WindowIndex(history).plan(
        WindowQuery(from: .epoch, within: .hours(Double(values.count)), duration: duration, pauses: pauses))
    } catch {
      throw .noAnswer(error.description)
    }
    return [
      "start_hours": .number((plan.start - .epoch).hours), "mean": .number(plan.mean),
      "now_mean": .number(plan.nowMean ?? .nan), "pieces": .number(Double(plan.segments)),
    ]
  }

  private static let verdict = Method(
    savingVerdict, "Whether an expected saving is beyond the noise of the forecast it rests on",
    formula: "wait when saving >= 2 standard errors; 95 % interval = saving +- 1.96 standard errors",
    citation: Source("Dimmer: a gate of two standard errors, so that noise is not sold as a saving"),
    inputs: [
      MethodParameter("saved", "expected saving, in any unit", in: -1e9...1e9),
      MethodParameter("standard_error", "its standard error, in the same unit", in: 0...1e9),
    ],
    outputs: [
      MethodParameter("low", "low end of the saving's 95 % interval"),
      MethodParameter("high", "high end of the saving's 95 % interval"),
      MethodParameter("wait", "1 for waiting, 0 for starting now"),
    ]
  ) { arguments throws(MethodError) in
    let saved = try arguments.number("saved")
    let error = try arguments.number("standard_error")
    return [
      "low": .number(saved - SavingVerdict.halfInterval * error),
      "high": .number(saved + SavingVerdict.halfInterval * error),
      "wait": .number(SavingVerdict.isWorthWaiting(saved: saved, standardError: error) ? 1 : 0),
    ]
  }

  private static let audit = Method(
    proxyAudit, "What choosing starts by another signal (temperature, demand, price) does to carbon",
    formula: "saved = 1 - sum(mean at the proxy's best start) / sum(mean at once), over every start hour",
    citation: Source("Dimmer: sum over all starts of a history, beside the best possible start"),
    inputs: [
      MethodParameter("hourly_intensities", unit: "g/kWh", "carbon intensity hour by hour", in: 0...1e5),
      MethodParameter("hourly_proxy", "the other signal, hour by hour", in: -1e9...1e9),
      MethodParameter("duration_hours", unit: "h", "how long the job runs", in: 1...8760),
      MethodParameter("window_hours", unit: "h", "in which window", in: 1...8760),
    ],
    outputs: [
      MethodParameter("saved_percent", unit: "%", "carbon saved against starting at once; negative is worse"),
      MethodParameter("best_percent", unit: "%", "the most that could be saved"),
      MethodParameter("starts", "how many starts were looked at"),
    ]
  ) { arguments throws(MethodError) in
    let carbon = try hourly(try arguments.numbers("hourly_intensities"))
    let proxy = try hourly(try arguments.numbers("hourly_proxy"))
    let result: ProxyAudit.Result
    do throws(ProxyAuditError) {
      result = try ProxyAudit(
        carbon: carbon.series, duration: .hours(arguments.count("duration_hours")),
        window: .hours(arguments.count("window_hours"))
      ).result(of: .lowest(proxy.series))
    } catch {
      throw .noAnswer(error.description)
    }
    return [
      "saved_percent": .number(result.savedPercent), "best_percent": .number(result.bestPercent),
      "starts": .number(Double(result.starts)),
    ]
  }
}

extension MethodArguments {
  /// A number that the registry has checked already.
  fileprivate func count(_ key: String) -> Double { (try? number(key)) ?? .nan }
}
