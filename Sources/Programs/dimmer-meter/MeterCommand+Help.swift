extension MeterCommand {
  static let help = """
    dimmer-meter reads what this machine's energy sources say and shares it out over processes.

      dimmer-meter sources                        what can be read here, and why not more
      dimmer-meter sample [--period-ms N]         one line: watts by component, over one period
      dimmer-meter sample --seconds N [--period-ms N] [--host-only]
                                                  a line each period, and last, on stderr, how punctual they were;
                                                  --host-only asks no process, so who holds the memory is not known
      dimmer-meter measure [OPTION]... -- COMMAND [ARGUMENT]...
                                                  run a command and say what it took
      dimmer-meter record DIR [--seconds N] [--names] [--pid N | --cgroup PATH]
                                                  write down what a meter can see here, to send along with a bug
      dimmer-meter replay DIR [--pid N | --cgroup PATH]
                                                  one line for each look of a recording
      dimmer-meter serve [--socket FILE]          one meter for all who ask, at /run/dimmer/meter.sock as root, else at
                                                  $XDG_RUNTIME_DIR/dimmer/meter.sock; 'dimmer run' finds it
      dimmer-meter serve --fd N                   the meter of one client, whose connected socket is descriptor N

    Options of all:
      --proc DIR, --sys DIR      where the kernel's files are (a container's view of the host, a recorded machine)
      --gpu-library FILE         another NVIDIA driver library than libnvidia-ml.so.1
      --machine DIR              sources, sample: a recorded machine in the place of this one
      --model NAME               whose models stand in for what is not measured: dimmer (default), codecarbon or
                                 codecarbon-process, as CodeCarbon 3.3.2 has them, to compare figures with old ones
    Options of sample, measure and record:
      --period-ms N              how often to read, 10 to 60000 (default 1000)
    Options of measure:
      --journal FILE             where the journal goes (default ./RUN.journal)

    Environment:
      DIMMER_PROMETHEUS_SOURCE   a page of an exporter to read besides: URL[,metric=NAME,unit=W|J|mJ|uJ,component=cpu|gpu|platform]
      DIMMER_STATE_DIR           where it is kept what counters taught of this machine's power by load; empty: nowhere.
                                 Default: /var/lib/dimmer-meter as root, else $XDG_STATE_HOME/dimmer or ~/.local/state/dimmer

    Examples:
      dimmer-meter sources
      dimmer-meter sample --period-ms 200
      dimmer-meter sample --period-ms 10 --seconds 10
      dimmer-meter record ./machine --seconds 30 --pid 4711
      dimmer-meter measure --journal train.journal -- python3 train.py --epochs 3
      sudo dimmer-meter serve

    Exit status: 0 done, 64 wrong arguments, 69 nothing could be measured or another meter serves there, 77 no
    permission; measure passes on the command's own.
    """
}
