import Grid
import Methods
import Quantities
import Switching
import Synchronization

/// The room Grid's ensemble as a forecaster of replays: it is shown only what the replay shows, and learns from that.
func ensembleForecaster() -> IntensityForecaster {
  // Kept so that the same question is not worked out again for each floor. A key holds all that the answer rests on
  // as long as the history is one and the same, which is why each history has a forecaster of its own.
  let kept = Mutex<(learned: EnsembleForecaster, answers: [Timestamp: [CarbonIntensity]])>((EnsembleForecaster(), [:]))
  return { past, count in
    kept.withLock { kept in
      if let known = kept.answers[past.now], known.count == count { return known }
      let slots = (0...past.count).reversed().compactMap { back -> Slot? in
        guard let value = past.intensity(back: back) else { return nil }
        let hour = past.now - .hours(Double(back))
        return Slot(hour..<(hour + .hours(1)), value: value.gramsPerKilowattHour)
      }
      guard
        let series = try? Series(
          region: .unstated, kind: .averageDirect, provider: "replay", source: Source("a replay"), slots: slots)
      else { return [] }
      let issued = series.asIssued(by: past.now)
      kept.learned.learn(from: issued)
      let forecast = kept.learned.forecast(from: issued, over: past.now..<(past.now + .hours(Double(count))))
      let answer = forecast.values.map { CarbonIntensity.gramsPerKilowattHour($0 ?? .nan) }
      kept.answers[past.now] = answer
      return answer
    }
  }
}
