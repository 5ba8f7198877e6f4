/*
 * Makes the changes to the native vserver that are made while a session opens.
 */
#ifndef NATIVE_H
#define NATIVE_H

/* Numbers of processes inside begin here. */
#define INNER 20000
#define SLOTS 64
#define LONE (SLOTS + 1)

void prepare_native(void);
void act_stop(void);
void act_init(void);
void settle_init(void);
void prepare_init(void);
void act_restart(void);
void settle_start(void);

#endif
