/// What clients are held to that are told their own share only.
///
/// Such a client is another user of the machine. Its share is a part of counters that only root may read since
/// PLATYPUS (Lipp et al., IEEE Symposium on Security and Privacy 2021; CVE-2020-8694, CVE-2020-8695): read fast by any
/// user, they told which data and instructions other users' work had. A meter that showed fine shares would open that
/// door again. So a share is the sum over about a hundred of the counter's steps, each of about a millisecond (Khan et
/// al., RAPL in Action, 2018), and ten looks a second are all that clients of this kind can make the privileged part do.
/// An attacker has a hundredth of the counter's readings; no meter that shows a share rules an attack out.
enum ShareLimits {
  /// No window of a share is shorter, and no two looks that share clients force, all together, are closer. Milliseconds.
  static let milliseconds = 100
  /// The same in nanoseconds.
  static let nanoseconds = UInt64(milliseconds) * 1_000_000
}
