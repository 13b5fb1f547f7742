#pragma once

#include <sys/types.h>

// Descriptors and credentials over Unix sockets: ancillary data is made of macros, which Swift does not see. The system's
// socket headers stay out of here: a header that two modules read belongs to one of them only.

/// Reads what has come, without waiting, and the last descriptor that came with it (-1 without one; more are closed).
/// Returns the count of bytes, 0 at the end, or -1 with the reason in errno.
ssize_t unix_receive(int socket, void *buffer, size_t size, int *descriptor);

/// Sends bytes and, with the first of them, a descriptor (-1 for none). Returns the count sent, or -1.
ssize_t unix_send(int socket, const void *buffer, size_t size, int descriptor);

/// Who is at the other end, by the kernel's word. Returns 0 or -1.
int unix_peer(int socket, pid_t *pid, uid_t *uid, gid_t *gid);

/// Connects to the socket file `path` without waiting longer than its backlog. Returns a descriptor, or -1.
int unix_connect(const char *path);

/// Listens at the socket file `path`, which must not be there. Returns a descriptor, or -1.
int unix_listen(const char *path, int backlog);

/// The next one who connects, or -1.
int unix_accept(int descriptor);

/// poll(2) to the nanosecond: waits for so long, or for ever when `nanoseconds` is negative. `polls` are `count` entries
/// of struct pollfd. Returns how many are ready, or -1.
int unix_poll(void *polls, size_t count, long long nanoseconds);
