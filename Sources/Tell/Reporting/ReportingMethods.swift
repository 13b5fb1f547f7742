import Accounting
public import Methods

/// The registry's entries of this room.
public enum ReportingMethods {
  /// Every method that a figure of this room is made by.
  public static let all: [Method] = [FootprintLabel.share.method]
}
