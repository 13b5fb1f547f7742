#pragma once

#include <errno.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

// POSIX_SPAWN_SETSID of <spawn.h>, which shows it to GNU programs only.
#define LINUX_SPAWN_SETSID 0x80

// The Linux calls that Swift cannot make itself: variadic ones, and structures that are unions in C.

/// A descriptor that becomes readable when `pid` ends, or -1 (kernels before 5.3, or no such process).
static inline int linux_pidfd_open(pid_t pid) { return (int)syscall(434 /* SYS_pidfd_open */, pid, 0); }

/// Whether the calling thread is the process's first one.
static inline int linux_is_main_thread(void) { return syscall(SYS_gettid) == getpid(); }

/// Makes this process the one that orphaned descendants are handed to. Returns 0 or -1.
static inline int linux_set_child_subreaper(int on) { return prctl(PR_SET_CHILD_SUBREAPER, on, 0, 0, 0); }

/// Whether this process is a child subreaper.
static inline int linux_is_child_subreaper(void) {
  int on = 0;
  return prctl(PR_GET_CHILD_SUBREAPER, &on, 0, 0, 0) == 0 && on;
}

/// A descriptor that reads the blocked signals of `set`.
static inline int linux_signal_descriptor(const sigset_t *set) { return signalfd(-1, set, SFD_CLOEXEC | SFD_NONBLOCK); }

/// Takes the next signal from a signal descriptor: its number, who sent it (0 when the kernel did) and whether a
/// process sent it, as against a terminal or the kernel. Returns 1, or 0 when there is none.
static inline int linux_next_signal(int descriptor, int *number, pid_t *sender, int *by_process) {
  struct signalfd_siginfo info;
  if (read(descriptor, &info, sizeof info) != sizeof info) return 0;
  *number = (int)info.ssi_signo;
  *sender = (pid_t)info.ssi_pid;
  *by_process = info.ssi_code == SI_USER || info.ssi_code == SI_QUEUE || info.ssi_code == SI_TKILL;
  return 1;
}

/// The pid of a child that has ended and is not reaped yet, 0 when there is none, -1 when there are no children.
static inline pid_t linux_ended_child(void) {
  siginfo_t info;
  info.si_pid = 0;
  int result;
  do result = waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT); while (result != 0 && errno == EINTR);
  return result == 0 ? info.si_pid : -1;
}

/// Whether the child `pid` has ended; it is not reaped.
static inline int linux_has_ended(pid_t pid) {
  siginfo_t info;
  info.si_pid = 0;
  int result;
  do result = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT); while (result != 0 && errno == EINTR);
  return result == 0 && info.si_pid == pid;
}

/// Opens a system-wide counting event of a unit on one processor. Returns a descriptor that reads a 64-bit count, or -1.
static inline int linux_perf_event_open(uint32_t type, uint64_t config, int processor) {
  struct perf_event_attr attributes = {.type = type, .size = PERF_ATTR_SIZE_VER0, .config = config};
  return (int)syscall(SYS_perf_event_open, &attributes, -1, processor, -1, PERF_FLAG_FD_CLOEXEC);
}
