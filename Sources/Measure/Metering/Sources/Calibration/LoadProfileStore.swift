import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// Where profiles are kept: one file for each machine model.
public struct LoadProfileStore: Hashable, Sendable {
  /// The folder that this meter writes; `nil` for none: then nothing is learned.
  public let folder: String?
  /// Folders that are read, in order of preference where two profiles are of one day.
  public let reads: [String]
  /// A profile that is read besides, whatever its name; `nil` for none.
  private let file: String?

  /// Profiles in these folders.
  public init(folder: String?, alsoReads others: [String] = []) {
    self.folder = folder
    file = nil
    reads = [folder].compactMap { $0 } + others.filter { $0 != folder }
  }

  /// One profile, of which nothing is kept: that of a recording.
  init(file: String) {
    self.file = file
    folder = nil
    reads = []
  }

  /// Where root's meter, the service, keeps what it learned; all may read it.
  public static let ofMachine = "/var/lib/dimmer-meter"

  /// The places by the environment: `DIMMER_STATE_DIR`; `STATE_DIRECTORY`, which systemd sets; as root
  /// `/var/lib/dimmer-meter`; `dimmer` under `XDG_STATE_HOME`; `.local/state/dimmer` under `HOME`. What is not an absolute
  /// path counts as not set, and an empty `DIMMER_STATE_DIR` says that nothing is to be kept or read.
  ///
  /// - Parameter isRoot: whether this is root's, which writes into nobody's home; `nil`: as the process is.
  public init(environment: (String) -> String?, isRoot: Bool? = nil) {
    let isRoot = isRoot ?? (geteuid() == 0)
    if environment("DIMMER_STATE_DIR") == "" {
      self.init(folder: nil)
      return
    }
    func path(_ name: String) -> String? { environment(name).flatMap { $0.hasPrefix("/") ? $0 : nil } }
    let service = environment("STATE_DIRECTORY")?.split(separator: ":").first.map(String.init)
    let ofUser = path("XDG_STATE_HOME").map { "\($0)/dimmer" } ?? path("HOME").map { "\($0)/.local/state/dimmer" }
    self.init(
      folder: path("DIMMER_STATE_DIR") ?? service.flatMap { $0.hasPrefix("/") ? $0 : nil }
        ?? (isRoot ? Self.ofMachine : ofUser),
      alsoReads: [Self.ofMachine])
  }

  /// The newest profile of a machine model, and what is wrong with profiles that cannot be used, one line each.
  func profile(of model: MachineModel) -> (profile: LoadProfile?, faults: [String]) {
    var best: LoadProfile?
    var faults: [String] = []
    for path in reads.map({ "\($0)/\(model.fileName)" }) + [file].compactMap({ $0 }) {
      do throws(MeteringError) {
        guard let found = try Self.read(path, model) else { continue }
        if best.map({ $0.made < found.made }) ?? true { best = found }
      } catch {
        faults.append("\(path) is not used: \(error.description)")
      }
    }
    return (best, faults)
  }

  /// Fewer readings are not worth a file: a short run teaches nothing.
  static let fewestReadings = 5.0

  /// Puts readings to those that are kept already. Nothing happens where there is no folder, or to few readings.
  ///
  /// - Returns: whether the readings are no longer needed: kept, or of a worse counter than what is there.
  /// - Throws: ``MeteringError`` with what to do, when the file cannot be written.
  func save(
    _ readings: LoadBins, of model: MachineModel, source: SourceDescription, at moment: Timestamp
  ) throws(MeteringError) -> Bool {
    guard let folder, readings.count >= Self.fewestReadings else { return false }
    try Self.make(folder)
    // Two meters that end together take turns; a meter never waits for another, so one of them keeps its readings.
    let lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard lock >= 0 else { throw Self.failure(folder) }
    defer { close(lock) }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { return false }
    let path = "\(folder)/\(model.fileName)"
    let error = max(-source.relative.lowerBound, source.relative.upperBound)
    var merged = readings
    if let kept = try? Self.read(path, model) {
      guard let both = kept.merged(with: readings, sourceError: error, at: moment) else { return true }
      merged = both
    }
    let profile = try LoadProfile(
      model: model, made: moment, source: source.name, sourceError: error, readings: merged)
    try Self.write(profile.text, to: path)
    // The folder, too, is safe on the disk.
    fsync(lock)
    return true
  }

  /// The profile in a file; `nil` when there is none, or it is of another machine model.
  private static func read(_ path: String, _ model: MachineModel) throws(MeteringError) -> LoadProfile? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= LoadProfile.mostBytes else {
      throw MeteringError("it is no load profile")
    }
    guard let bytes = FileBuffer().copy(ofFileAt: path) else { throw MeteringError(errorText(errno)) }
    let profile = try LoadProfile(text: String(decoding: bytes, as: UTF8.self))
    return profile.model == model ? profile : nil
  }

  /// Makes a folder and those that it is in.
  private static func make(_ folder: String) throws(MeteringError) {
    guard access(folder, F_OK) != 0 else { return }
    if let slash = folder.lastIndex(of: "/"), slash > folder.startIndex { try make(String(folder[..<slash])) }
    guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw failure(folder) }
  }

  /// Writes a file so that there is the old one or the new one, whatever happens meanwhile.
  private static func write(_ text: String, to path: String) throws(MeteringError) {
    let new = "\(path).new"
    unlink(new)
    let descriptor = open(new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(new) }
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + done, $0.count - done) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      done += count
    }
    let isWhole = done == bytes.count && fsync(descriptor) == 0
    let reason = errno
    close(descriptor)
    guard isWhole else {
      unlink(new)
      errno = reason
      throw failure(new)
    }
    guard rename(new, path) == 0 else { throw failure(path) }
  }

  private static func failure(_ path: String) -> MeteringError {
    MeteringError(
      "what was learned of this machine's power is not kept: \(path): \(errorText(errno)); set DIMMER_STATE_DIR to a "
        + "folder that can be written, or to nothing")
  }
}
