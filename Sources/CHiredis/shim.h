#ifndef CHIREDIS_SHIM_H
#define CHIREDIS_SHIM_H

/* The reader of the protocol alone: bytes are carried by NIO. */
#include <stddef.h>
#include <hiredis/read.h>

#endif
