/*
 * What comes before bubblewrap, and the first process inside of it:
 *
 *   launch enter UID FILE-SIZE MEMORY [MEMBERSHIP…] -- BUBBLEWRAP [ARGUMENT…]
 *   launch watch PROCESSES answer|- PROGRAM [ARGUMENT…]
 *
 * The first joins its cgroups, because memory is charged to the one in which it is first touched, sets the limits of each process,
 * becomes its user, and then bubblewrap. MEMBERSHIP are the files to join by. Whatever fails ends it, with a line on standard error.
 *
 * The second has a process that says that all is built, waits until the platform lets it go on, and becomes the program; reaps what
 * is left of the run; answers for what the program may not do; tells how it ended; and ends with the platform. The program, which is of the same user, can
 * neither look into it nor write to it. With "-" it does not answer: the kernel lets only one process do so, of all that are above a
 * program, and the children of a fork server have one each. A number that is "-" is left as it is.
 *
 * It does without the C library, whose own start takes longer than all that is done here. 0 is what a call gives that went well,
 * and a negative number what went wrong: the kernel's own way.
 */
#include <asm/stat.h>
#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/filter.h>
#include <linux/ioctl.h>
#include <linux/poll.h>
#include <linux/prctl.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/signal.h>
#include <linux/signalfd.h>
#include <linux/stat.h>
#include <linux/wait.h>
#include <stdint.h>
#include <sys/syscall.h>

enum {
    /* Descriptors: Bubblewrap/BubblewrapCommand.cs. */
    ERRORS = 2,
    GATE = 4,
    STATUS = 5,
    STATUS_READER = 6,
    OWN = 7,
    FILTER = 8,
    LISTENER = 255, /* beyond all that a program is given: SpecCheck.cs */
    /* The first process's own, once the program has its own. */
    TOLD = 0,
    ASKED = 1,
    ENDED = 2,
    LIFE = 3,
    DESCRIPTORS = 256,
    MOST_INSTRUCTIONS = 4096, /* that the kernel takes */
    MAY_EXECUTE = 1, /* X_OK */
    /* As a shell says that it could not become a program. */
    NOT_EXECUTED = 126,
    NOT_FOUND = 127,
};

/* The kernel's calls. A fifth argument is 0. */

#if defined(__x86_64__)
__asm__(".globl _start\n_start: xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call begin\n");

static long call(long number, long first, long second, long third, long fourth) {
    register long r10 __asm__("r10") = fourth;
    register long r8 __asm__("r8") = 0;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(first), "S"(second), "d"(third), "r"(r10), "r"(r8)
                     : "rcx", "r11", "memory");
    return result;
}
#elif defined(__aarch64__)
__asm__(".globl _start\n_start: mov x29, xzr\n mov x30, xzr\n mov x0, sp\n bl begin\n");

static long call(long number, long first, long second, long third, long fourth) {
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = first;
    register long x1 __asm__("x1") = second;
    register long x2 __asm__("x2") = third;
    register long x3 __asm__("x3") = fourth;
    register long x4 __asm__("x4") = 0;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
    return x0;
}
#else
#error "Nobody has said yet how this processor calls the kernel."
#endif

static _Noreturn void leave(int code) {
    for (;;)
        call(SYS_exit_group, code, 0, 0, 0);
}

/* Words. */

/* Inside, the platform is told, which reads a line for each thing; before, bubblewrap's own log has it. */
static int words = ERRORS;

static void say(const char *text) {
    long length = 0;
    while (text[length])
        length++;
    call(SYS_write, words, (long)text, length, 0);
}

static void say_number(long number) {
    char digits[24], *first = digits + sizeof digits - 1;
    *first = 0;
    do
        *--first = '0' + number % 10;
    while (number /= 10);
    say(first);
}

static void say_cause(long error) {
    static const struct {
        int error;
        char text[32];
    } causes[] = {
        {EPERM, "Operation not permitted"},   {ENOENT, "No such file or directory"},
        {ESRCH, "No such process"},           {EIO, "Input/output error"},
        {E2BIG, "Argument list too long"},    {ENOEXEC, "Exec format error"},
        {EAGAIN, "Try again"},                {ENOMEM, "Cannot allocate memory"},
        {EACCES, "Permission denied"},        {EBUSY, "Device or resource busy"},
        {ENODEV, "No such device"},           {ENOTDIR, "Not a directory"},
        {EISDIR, "Is a directory"},           {EDQUOT, "Disk quota exceeded"},
        {EINVAL, "Invalid argument"},         {ENFILE, "Too many open files in system"},
        {ENOSPC, "No space left on device"},  {EROFS, "Read-only file system"},
        {ELOOP, "Too many symbolic links"},   {EOPNOTSUPP, "Operation not supported"},
    };
    for (unsigned i = 0; i < sizeof causes / sizeof *causes; i++)
        if (causes[i].error == error) {
            say(causes[i].text);
            return;
        }
    say("error ");
    say_number(error);
}

static _Noreturn void fail(const char *what, long result, int code) {
    if (words != ERRORS)
        say("failed ");
    say(what);
    say(": ");
    say_cause(-result);
    say("\n");
    leave(code);
}

static long must(long result, const char *what) {
    if (result < 0)
        fail(what, result, 1);
    return result;
}

static int is(const char *text, const char *other) {
    while (*text && *text == *other)
        text++, other++;
    return *text == *other;
}

/* A number of the command line; what is none ends it. */
static uint64_t number_of(const char *text) {
    uint64_t number = 0;
    const char *digit = text;
    for (; *digit >= '0' && *digit <= '9'; digit++)
        number = number * 10 + (*digit - '0');
    if (digit == text || *digit)
        fail(text, -EINVAL, 1);
    return number;
}

/* Before bubblewrap. */

static void limit(int resource, uint64_t most, const char *name) {
    struct rlimit64 both = {most, most};
    must(call(SYS_prlimit64, 0, resource, (long)&both, 0), name);
}

static void join(const char *file) {
    long group = must(call(SYS_openat, AT_FDCWD, (long)file, O_WRONLY | O_CLOEXEC, 0), file);
    must(call(SYS_write, group, (long)"0", 1, 0), file);
    call(SYS_close, group, 0, 0, 0);
}

static void drop_capabilities(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];
    for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
        none[i].effective = none[i].permitted = none[i].inheritable = 0;
    must(call(SYS_capset, (long)&header, (long)none, 0, 0), "capset");
}

/* Nobody else's groups, and no right that a program could inherit. What root could do, the kernel takes with the uid. */
static void become(const char *name) {
    uint64_t uid = number_of(name);
    if (uid == 0 || uid >= UINT32_MAX) /* for the last, the kernel leaves everything as it is */
        fail(name, -EINVAL, 1);
    must(call(SYS_setgroups, 0, 0, 0, 0), "setgroups");
    must(call(SYS_setresgid, uid, uid, uid, 0), "setresgid");
    must(call(SYS_setresuid, uid, uid, uid, 0), "setresuid");
    drop_capabilities();
}

static _Noreturn void enter(char **arguments, char **environment) {
    char *uid = arguments[0], *file_size = arguments[1], *memory = arguments[2];
    must(call(SYS_chdir, (long)"/", 0, 0, 0), "/");
    for (arguments += 3; !is(*arguments, "--"); arguments++)
        join(*arguments);
    arguments++;
    limit(RLIMIT_CORE, 0, "RLIMIT_CORE");
    limit(RLIMIT_NOFILE, DESCRIPTORS, "RLIMIT_NOFILE");
    limit(RLIMIT_MEMLOCK, 0, "RLIMIT_MEMLOCK");
    if (!is(file_size, "-"))
        limit(RLIMIT_FSIZE, number_of(file_size), "RLIMIT_FSIZE");
    if (!is(memory, "-"))
        limit(RLIMIT_AS, number_of(memory), "RLIMIT_AS");
    if (!is(uid, "-"))
        become(uid);
    fail(*arguments, call(SYS_execve, (long)*arguments, (long)arguments, (long)environment, 0), NOT_FOUND);
}

/* Inside of it. */

#include "../../Native/watching.h"

static struct sock_fprog read_filter(void) {
    static struct sock_filter code[MOST_INSTRUCTIONS];
    /* All runs share the file, so not from where another has read to. */
    long bytes = must(call(SYS_pread64, FILTER, (long)code, sizeof code, 0), "filter");
    return (struct sock_fprog){bytes / sizeof *code, code};
}

static long set_filter(const struct sock_fprog *filter, unsigned flags) {
    return must(call(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, (long)filter, 0), "seccomp");
}

static void require(const char *program) {
    struct stat found;
    if (call(SYS_newfstatat, AT_FDCWD, (long)program, (long)&found, 0) == 0 && S_ISREG(found.st_mode)
        && call(SYS_faccessat, AT_FDCWD, (long)program, MAY_EXECUTE, 0) == 0)
        return;
    say("failed There is no program ");
    say(program);
    say(".\n");
    leave(NOT_FOUND);
}

/* Becomes the program once it may. Its descriptors are the first process's until then. */
static _Noreturn void be_program(
    char **arguments, char **environment, const struct sock_fprog *filter, uint64_t signals) {
    static const int not_its_own[] = {GATE, STATUS, STATUS_READER, OWN, FILTER};
    const char *processes = arguments[0];
    char **program = arguments + 2, go;
    must(call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&signals, 0, sizeof signals), "signals");
    /* Here, because in its own namespace the kernel counts this user's processes in that one only. */
    if (!is(processes, "-"))
        limit(RLIMIT_NPROC, number_of(processes), "RLIMIT_NPROC");
    for (unsigned i = 0; i < sizeof not_its_own / sizeof *not_its_own; i++)
        must(call(SYS_fcntl, not_its_own[i], F_SETFD, FD_CLOEXEC, 0), "fcntl");
    if (is(arguments[1], "answer"))
        must(call(SYS_dup3, set_filter(filter, SECCOMP_FILTER_FLAG_NEW_LISTENER), LISTENER, O_CLOEXEC, 0), "listener");
    else
        set_filter(filter, 0);
    say("waiting\n");
    if (call(SYS_read, GATE, (long)&go, 1, 0) != 1)
        leave(1); /* the platform is gone, or has no use for it */
    fail(*program, call(SYS_execve, (long)*program, (long)program, (long)environment, 0), NOT_EXECUTED);
}

static _Noreturn void be_first(char **arguments, char **environment) {
    const uint64_t ended = 1UL << (SIGCHLD - 1);
    uint64_t signals;
    words = STATUS;
    call(SYS_prctl, PR_SET_NAME, (long)"p38-first", 0, 0); /* it was executed as a number */
    require(arguments[2]);
    struct sock_fprog filter = read_filter();
    /* Nobody of the same user looks into this process. */
    must(call(SYS_prctl, PR_SET_DUMPABLE, 0, 0, 0), "dumpable");
    must(call(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0), "no_new_privs"); /* bubblewrap's own, but a filter must not depend on it */
    must(call(SYS_rt_sigprocmask, SIG_BLOCK, (long)&ended, (long)&signals, sizeof ended), "signals");
    long endings = must(call(SYS_signalfd4, -1, (long)&ended, sizeof ended, SFD_CLOEXEC), "signalfd");
    /* This one goes on when it is the program, with descriptors of its own, and has left the listener here; or when it is gone. */
    long program = must(call(SYS_clone, CLONE_VFORK | CLONE_FILES | SIGCHLD, 0, 0, 0), "clone");
    if (program == 0)
        be_program(arguments, environment, &filter, signals);
    /* The streams end with the program. */
    int listener = call(SYS_dup3, LISTENER, ASKED, O_CLOEXEC, 0);
    if (listener < 0)
        call(SYS_close, ASKED, 0, 0, 0);
    must(call(SYS_dup3, STATUS, TOLD, O_CLOEXEC, 0), "dup");
    must(call(SYS_dup3, endings, ENDED, O_CLOEXEC, 0), "dup");
    words = TOLD;
    must(call(SYS_dup3, GATE, LIFE, O_CLOEXEC, 0), "dup");
    must(call(SYS_close_range, LIFE + 1, ~0U, 0, 0), "close_range");
    drop_capabilities();
    set_filter(&filter, 0);
    watch(program, listener, ENDED, LIFE);
}

/* What the kernel leaves on the stack: the count of arguments, they, an empty one, and the environment. */
__attribute__((used)) _Noreturn void begin(long *stack) {
    long count = *stack;
    char **arguments = (char **)(stack + 1), **environment = arguments + count + 1;
    if (count > 6 && is(arguments[1], "enter"))
        enter(arguments + 2, environment);
    if (count > 4 && is(arguments[1], "watch"))
        be_first(arguments + 2, environment);
    leave(2);
}
