/*
 * Makes each kind of change to where sessions go: a table says how it is
 * prepared, done and put back.
 */
#include "change.h"

#include "engine.h"
#include "native.h"

#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

/* Numbers that no process gets in turn. */
#define NUMBER 4000000
#define SPARE SLOTS
/*
 * A pid file is taken to be about a process that started up to 30 ms after
 * it; both are known to 10 ms.
 */
#define AGE_NS 60000000L

struct place places[PLACES];
const char *vserver;
bool forced;
long changes_failed;

static void settle_nothing(void)
{
}

/* Processes of another engine, each with a pid file, take turns. */
static struct slot {
	enum colour colour;
	struct timespec since;
} slots[SLOTS];
static int turn = -1;

static const char *const vserver_of[] = { "red", "blue", "green" };

static enum colour other(enum colour colour)
{
	return colour == RED ? BLUE : RED;
}

static void write_slot(int n)
{
	char path[64];

	snprintf(path, sizeof(path), FOREIGN "/pid.%d", n);
	engine_write(path, NUMBER + n, 0);
	clock_gettime(CLOCK_MONOTONIC, &slots[n].since);
}

static void start_in(int n, enum colour colour)
{
	engine_start(colour, NUMBER + n, INNER + n);
}

static void begin_colours(bool with_engines)
{
	size_t i;
	int n;

	for (i = 0; i < HOST; i++) {
		take_place(&places[i], vserver_of[i], vserver_of[i]);
		engine_begin((enum colour)i, places[i].init);
	}
	engine_begin(HOST, 0);
	for (n = 0; with_engines && n < SLOTS; n++) {
		slots[n].colour = n % 2 ? RED : BLUE;
		start_in(n, slots[n].colour);
		write_slot(n);
	}
}

static void wait_until_old(const struct timespec *since)
{
	struct timespec until = *since;

	until.tv_nsec += AGE_NS;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL))
		;
}

static void allow(enum colour first, enum colour second)
{
	size_t i;

	for (i = 0; i < PLACES; i++)
		places[i].allowed = i == first || i == second;
}

static void prepare_slot(void)
{
	char path[64];

	turn = (turn + 1) % SLOTS;
	wait_until_old(&slots[turn].since);
	snprintf(path, sizeof(path), FOREIGN "/pid.%d", turn);
	if (rename(path, FOREIGN "/pid") < 0)
		err(1, "%s", path);
	allow(slots[turn].colour, slots[turn].colour);
}

static void prepare_slot_both(void)
{
	prepare_slot();
	allow(RED, BLUE);
}

/* The number is another process's at once, and the pid file is not touched. */
static void act_reuse(enum colour colour)
{
	engine_stop(NUMBER + turn);
	start_in(turn, colour);
}

static void act_never(void)
{
	act_reuse(other(slots[turn].colour));
}

static void act_green(void)
{
	act_reuse(GREEN);
}

static void act_host(void)
{
	act_reuse(HOST);
}

/* Its successor is written down before it ends; the host has its number. */
static void act_before(void)
{
	start_in(SPARE, other(slots[turn].colour));
	engine_write(FOREIGN "/pid", NUMBER + SPARE, turn & 1);
	act_reuse(HOST);
}

static void act_after(void)
{
	act_reuse(other(slots[turn].colour));
	engine_write(FOREIGN "/pid", NUMBER + turn, turn & 1);
}

/* It is the same process, but not where it was. */
static void act_move(void)
{
	const struct place *from = &places[slots[turn].colour];
	struct place *to = &places[HOST];
	pid_t pid = NUMBER + turn;
	char path[64];
	size_t i;

	kill(pid, SIGUSR1);
	do
		if (!look_at_ns(pid, "mnt", &to->ns[TYPE_MNT]))
			err(1, "process %d", pid);
	while (same(to->ns[TYPE_MNT], from->ns[TYPE_MNT]));
	begin_place(to, "moved", vserver_of[slots[turn].colour]);
	for (i = 0; i < TYPES; i++) {
		snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid,
			 types[i].theirs);
		hold(to, i, path);
	}
	to->base = from->base;
	to->allowed = true;
}

static void prepare_move(void)
{
	forget(&places[HOST]);
	prepare_slot();
}

static void settle_slot(void)
{
	engine_stop(NUMBER + turn);
	slots[turn].colour = other(slots[turn].colour);
	start_in(turn, slots[turn].colour);
	write_slot(turn);
}

static void settle_spare(void)
{
	engine_stop(NUMBER + SPARE);
	settle_slot();
}

static void prepare_both(void)
{
	allow(RED, BLUE);
}

static void exchange(const char *a, const char *b)
{
	if (renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE) < 0)
		err(1, "%s", a);
}

static void act_definition(void)
{
	exchange("/etc/vns/vservers/swapped.conf", "/etc/vns/other.conf");
}

static void act_pins(void)
{
	exchange(FOREIGN "/pins", FOREIGN "/pins.other");
}

/* One over the other, and away again. */
static void act_pin(void)
{
	static bool covered;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", places[BLUE].init);
	if (covered ? umount2(FOREIGN "/pin", MNT_DETACH) < 0 :
		      mount(path, FOREIGN "/pin", NULL, MS_BIND, NULL) < 0)
		err(1, FOREIGN "/pin");
	covered = !covered;
}

/* Nobody can say what is right in the middle of this. */
static void act_mounts(void)
{
	static bool covered;
	char from[64], to[64];
	size_t i;

	for (i = 0; i < TYPES; i++) {
		snprintf(from, sizeof(from), FOREIGN "/pins.other/%s",
			 types[i].theirs);
		snprintf(to, sizeof(to), FOREIGN "/pins/%s", types[i].theirs);
		if (covered ? umount2(to, MNT_DETACH) < 0 :
			      mount(from, to, NULL, MS_BIND, NULL) < 0)
			err(1, "%s", to);
	}
	covered = !covered;
}

/* Of a pin alone nothing is joined but what it cannot be without. */
static void prepare_pin(void)
{
	size_t i, type;

	for (i = RED; i <= BLUE; i++)
		for (type = 0; type < TYPE_MNT; type++)
			places[i].ns[type] = host_ns[type];
	allow(RED, BLUE);
}

static const struct kind kinds[] = {
	{ "kill", true, true, true, prepare_native, kill_init, settle_start },
	{ "init", true, true, true, prepare_init, act_init, settle_init },
	{ "once", true, false, false, prepare_native, settle_nothing,
	  settle_nothing },
	{ "on", true, false, false, prepare_native, settle_nothing,
	  settle_nothing },
	{ "stop", true, true, true, prepare_native, act_stop, settle_nothing },
	{ "restart", true, true, true, prepare_native, act_restart,
	  settle_nothing },
	{ "never", false, false, true, prepare_slot, act_never, settle_slot },
	{ "host", false, false, true, prepare_slot, act_host, settle_slot },
	{ "before", false, false, true, prepare_slot_both, act_before,
	  settle_spare },
	{ "after", false, false, true, prepare_slot_both, act_after,
	  settle_slot },
	{ "move", false, false, true, prepare_move, act_move, settle_slot },
	{ "green", false, false, true, prepare_slot_both, act_green,
	  settle_slot },
	{ "definition", false, false, false, prepare_both, act_definition,
	  settle_nothing },
	{ "pins", false, false, false, prepare_both, act_pins, settle_nothing },
	{ "mounts", false, false, true, prepare_both, act_mounts,
	  settle_nothing },
	{ "pin", false, false, false, prepare_pin, act_pin, settle_nothing },
};
const struct kind *kind;
static long acts;

void act(void)
{
	kind->act();
	acts++;
}

/* What has been exchanged an odd number of times is exchanged once more. */
void put_back(void)
{
	if (acts % 2 && !kind->native && kind->settle == settle_nothing)
		act();
}

/* The place that ends with what is done, or -1. */
int old_place(void)
{
	if (kind->native)
		return 0;
	return turn < 0 || kind->act == act_move ? -1 : (int)slots[turn].colour;
}

bool find_kind(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(name, kinds[i].name) == 0)
			kind = &kinds[i];
	return kind != NULL;
}

void begin_changes(void)
{
	if (kind->act == act_init) {
		/* It is its parent who frees a number. */
		prctl(PR_SET_CHILD_SUBREAPER, 1);
		run_vns("stop");
		engine_begin(RED, read_init("red"));
	}
	if (!kind->native)
		begin_colours(kind->settle != settle_nothing);
}

bool has_two_ways(void)
{
	return kind->prepare == prepare_both || kind->prepare == prepare_pin;
}

void settle(bool acted)
{
	if (acted)
		kind->settle();
	else if (turn >= 0)
		settle_slot();
}
