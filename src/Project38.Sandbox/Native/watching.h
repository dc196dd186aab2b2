/*
 * The first process of a sandbox, once there is a program. Whoever includes it has the kernel's calls, which give 0 or more, or a negative
 * number of what went wrong: static long call(long number, long first, long second, long third, long fourth).
 */
#include "telling.h"

/* Refuses a call of the kernel that the program has asked for, and names it once. A negative number: it could not be answered. */
static long refuse(int listener) {
    enum { KNOWN_CALLS = 512, MOST_NAMED = 32 };
    static char named[KNOWN_CALLS];
    static int count;
    struct seccomp_notif asked = {0};
    if (call(SYS_ioctl, listener, SECCOMP_IOCTL_NOTIF_RECV, (long)&asked, 0) < 0)
        return 0; /* whoever asked is gone */
    int number = asked.data.nr;
    if (number >= 0 && number < KNOWN_CALLS && !named[number] && count < MOST_NAMED) {
        named[number] = 1;
        count++;
        say_of("refused", number);
    }
    /* As the filter answers where nobody is asked. */
    struct seccomp_notif_resp answer = {
        .id = asked.id, .error = number == SYS_socket || number == SYS_socketpair ? -EAFNOSUPPORT : -EPERM};
    long error;
    do
        error = call(SYS_ioctl, listener, SECCOMP_IOCTL_NOTIF_SEND, (long)&answer, 0);
    while (error == -EINTR);
    return error == -ENOENT ? 0 : error;
}

/*
 * Reaps what is left of the run, answers for what it may not do, and tells how the program ended. ENDED is a signalfd of children that
 * have ended; their signal is blocked. LIFE is a pipe that the platform writes nothing to any more, and whose end is the run's; or -1.
 */
static _Noreturn void watch(int program, int listener, int ended, int life) {
    struct pollfd reading[] = {{.fd = ended, .events = POLLIN}, {.fd = listener, .events = POLLIN}, {.fd = life}};
    long result = 0;
    while (result >= 0) {
        int how;
        long dead;
        char child[128]; /* a struct signalfd_siginfo */
        while ((dead = call(SYS_wait4, -1, (long)&how, WNOHANG, 0)) > 0)
            if (dead == program) {
                say_end(how);
                for (;;)
                    call(SYS_exit_group, 0, 0, 0, 0);
            }
        if (call(SYS_ppoll, (long)reading, 3, 0, 0) < 0)
            continue;
        if (reading[2].revents)
            break; /* all that is in this namespace goes with its first process */
        if (reading[0].revents)
            result = call(SYS_read, ended, (long)child, sizeof child, 0);
        if (reading[1].revents & POLLIN)
            result = refuse(listener);
        else if (reading[1].revents)
            reading[1].fd = -1; /* nobody is left to ask, long before the last of them is gone: do not spin until then */
    }
    if (result < 0)
        say("failed watching the program\n");
    for (;;)
        call(SYS_exit_group, 1, 0, 0, 0);
}
