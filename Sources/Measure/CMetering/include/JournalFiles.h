#pragma once

// What can be told of an open file: fcntl is variadic, and file systems are known by numbers.

/// How a descriptor is open (O_RDWR, O_APPEND, ...), or -1.
int journal_flags(int descriptor);

/// Whether the file is on a file system of this machine's own kernel, one that answers by itself. Numbers of statfs(2).
int journal_is_local(int descriptor);
