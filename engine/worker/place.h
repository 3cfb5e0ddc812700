/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the two processes find each other. */

#pragma once

#define CAS_WORKER_SOCKET    3 /* weir-worker's descriptor */
#define CAS_WORKER_PATH      "/weir/Worker" /* the object of either side */
#define CAS_WORKER_EXIT_LOST 3 /* weir-worker's exit code when the device was lost */
