/* One caller registers and unregisters PIDS pids, each with one of two thread ids, in a table of CAPACITY entries whose
 * order shows. A call that is refused leaves the state as it is and is a transition all the same. One state of this model
 * is one state of the table: steps are atomic, and what they need besides is not part of the state.
 *
 *   spin -a -DPIDS=12 -DCAPACITY=5 registry.pml && gcc -O3 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -m500000 -w24
 */
#ifndef PIDS
#define PIDS 12
#endif
#ifndef CAPACITY
#define CAPACITY 5
#endif

byte entry[CAPACITY]; /* 2 * pid + thread */
byte size;
hidden byte i;

#define find(pid) \
  i = 0; \
  do \
  :: i < size && (entry[i] >> 1) != pid -> i++ \
  :: else -> break \
  od

/* A pid that is there keeps its place and gets the thread; a new one goes to the end, unless the table is full. */
#define register(pid, thread) \
  :: d_step { \
       find(pid); \
       if \
       :: i < size -> entry[i] = 2 * pid + thread \
       :: i == size && size < CAPACITY -> entry[i] = 2 * pid + thread; size++ \
       :: else -> skip \
       fi; \
       i = 0 \
     }

#define unregister(pid) \
  :: d_step { \
       find(pid); \
       if \
       :: i < size -> \
          size--; \
          do \
          :: i < size -> entry[i] = entry[i + 1]; i++ \
          :: else -> break \
          od; \
          entry[size] = 0 \
       :: else -> skip \
       fi; \
       i = 0 \
     }

#define calls(pid) \
  register(pid, 0) \
  register(pid, 1) \
  unregister(pid)

active proctype caller() {
  do
  calls(0)
#if PIDS > 1
  calls(1)
#endif
#if PIDS > 2
  calls(2)
#endif
#if PIDS > 3
  calls(3)
#endif
#if PIDS > 4
  calls(4)
#endif
#if PIDS > 5
  calls(5)
#endif
#if PIDS > 6
  calls(6)
#endif
#if PIDS > 7
  calls(7)
#endif
#if PIDS > 8
  calls(8)
#endif
#if PIDS > 9
  calls(9)
#endif
#if PIDS > 10
  calls(10)
#endif
#if PIDS > 11
  calls(11)
#endif
#if PIDS > 12
#error "at most 12 pids"
#endif
  od
}
