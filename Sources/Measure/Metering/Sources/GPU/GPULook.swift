import Quantities

/// What is found out about a GPU when its driver is opened.
struct GPUFacts: Sendable {
  let identity: GPUIdentity
  let limits: GPULimits
  /// Why its energy is not counted; `nil` when it is.
  let energyError: GPUDriverError?
  /// The best meaning in which its power can be read.
  let power: GPUPowerMeaning?
  /// Why its power cannot be read.
  let powerError: GPUDriverError?
  let hasUtilisation: Bool
  /// The instances that it is cut into; `nil` when it is whole.
  let instances: [GPUInstance]?
  /// The compute slices of a cut GPU; `nil` of a whole one, and where the driver does not say.
  let slices: UInt32?
  var isCut: Bool { instances != nil }
}

/// What to ask about one GPU: what it never had is not asked again.
struct GPUQuestion: Sendable {
  let gpu: Int
  var energy = false
  var power: GPUPowerMeaning?
  var activitySince: UInt64?
  var utilisation = true
}

/// One look at one GPU; what was not asked is `nil`.
struct GPULook: Sendable {
  var energy: Result<UInt64, GPUDriverError>?
  var power: Result<Power, GPUDriverError>?
  var utilisation: Result<Double, GPUDriverError>?
  var holders: Result<[GPUHolder], GPUDriverError>?
  var activity: Result<[GPUProcessSample], GPUDriverError>?
  /// `nil` on a whole GPU.
  var instances: [GPUInstance]?

  /// The calls of a look.
  static func take(_ driver: any GPUDriver, _ question: GPUQuestion) -> GPULook {
    let gpu = question.gpu
    var look = GPULook()
    if question.energy { look.energy = Result { () throws(GPUDriverError) in try driver.energy(of: gpu) } }
    if let meaning = question.power {
      look.power = Result { () throws(GPUDriverError) in try driver.power(of: gpu, as: meaning) }
    }
    if question.utilisation {
      look.utilisation = Result { () throws(GPUDriverError) in try driver.utilisation(of: gpu) }
    }
    look.holders = Result { () throws(GPUDriverError) in try driver.holders(of: gpu) }
    if let since = question.activitySince {
      look.activity = Result { () throws(GPUDriverError) in try driver.activity(of: gpu, since: since) }
    }
    look.instances = (try? driver.instances(of: gpu)) ?? nil
    return look
  }
}

extension GPUFacts {
  /// Meanings of power, the best first: the module's come last, for they count the processor, too.
  private static let meanings: [GPUPowerMeaning] = [
    .instantaneous, .plain, .average, .moduleInstantaneous, .moduleAverage,
  ]

  /// Finds out.
  static func find(_ driver: any GPUDriver, _ identity: GPUIdentity) -> GPUFacts {
    var energyError: GPUDriverError?
    do throws(GPUDriverError) { _ = try driver.energy(of: identity.index) } catch { energyError = error }
    var power: GPUPowerMeaning?
    var powerError: GPUDriverError?
    for meaning in meanings where power == nil {
      do throws(GPUDriverError) {
        _ = try driver.power(of: identity.index, as: meaning)
        power = meaning
      } catch {
        if powerError == nil || meaning == .plain { powerError = error }
      }
    }
    let instances = (try? driver.instances(of: identity.index)) ?? nil
    return GPUFacts(
      identity: identity, limits: driver.limits(of: identity.index), energyError: energyError, power: power,
      powerError: power == nil ? powerError : nil,
      hasUtilisation: (try? driver.utilisation(of: identity.index)) != nil,
      instances: instances, slices: instances == nil ? nil : try? driver.slices(of: identity.index))
  }
}
