/* What fork.c and contain.c do before a program that nobody trusts: they tell the platform what failed, and give up their rights. */
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Where the platform reads, a line for each thing: Running/ProgramStatus.cs. */
static int status = -1;

static void say(const char *text) {
    /* Nobody listens where it fails: the platform is gone. */
    if (write(status, text, strlen(text)) < 0)
        _exit(1);
}

static _Noreturn void fail(const char *what) {
    char text[512];
    snprintf(text, sizeof text, "failed %.400s: %s\n", what, strerror(errno));
    say(text);
    _exit(1);
}

static void must(long result, const char *what) {
    if (result < 0)
        fail(what);
}

static void drop_bounding_set(void) {
    for (int capability = 0; prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0; capability++)
        ;
}

static void drop_capabilities(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
    must(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "ambient capabilities");
    must(syscall(SYS_capset, &header, none), "capset");
    must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
}
