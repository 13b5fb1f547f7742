#if canImport(Glibc)
  import Glibc
#endif

let status = MeterCommand.run(Array(CommandLine.arguments.dropFirst()))
exit(status)
