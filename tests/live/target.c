/* What live tests and benchmarks start.
 * usage: target race FILE_A FILE_B N | threads T N | memfd | exec-in-thread | opens T SECONDS | pipes T SECONDS | spawn N | stolen FILE INSTEAD N */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char name[256], *first, *second;
static volatile int stop;
static long times;

static void *rewrite(void *unused) {
    (void)unused;
    while (!stop) {
        memcpy(name, first, strlen(first) + 1);
        memcpy(name, second, strlen(second) + 1);
    }
    return 0;
}
/* Opens a name that another thread keeps rewriting. Prints the opens that worked and how many had the first file. */
static int race(void) {
    struct stat wanted, found;
    pthread_t writer;
    long opened = 0, had_first = 0;
    strcpy(name, first);
    stat(first, &wanted);
    pthread_create(&writer, 0, rewrite, 0);
    for (long i = 0; i < times; i++) {
        int fd = syscall(SYS_openat, AT_FDCWD, name, O_RDONLY);
        if (fd < 0) continue;
        fstat(fd, &found);
        opened++;
        had_first += found.st_ino == wanted.st_ino;
        close(fd);
    }
    stop = 1;
    pthread_join(writer, 0);
    printf("%ld %ld\n", opened, had_first);
    return 0;
}
static void *ask(void *unused) {
    (void)unused;
    for (long i = 0; i < times; i++) syscall(SYS_getppid);
    return 0;
}
static int ask_in_threads(int count) {
    pthread_t threads[64];
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int i = 0; i < count; i++) pthread_create(threads + i, 0, ask, 0);
    for (int i = 0; i < count; i++) pthread_join(threads[i], 0);
    clock_gettime(CLOCK_MONOTONIC, &to);
    printf("%.1f\n", ((to.tv_sec - from.tv_sec) * 1e9 + to.tv_nsec - from.tv_nsec) / times);
    return 0;
}
/* Runs a copy of /bin/true that lies in memory only. */
static int from_memory(void) {
    char part[65536], *arguments[] = {"ghost", 0}, *none[] = {0};
    int fd = memfd_create("x", 0), in = open("/bin/true", O_RDONLY);
    for (long n; (n = read(in, part, sizeof part)) > 0;)
        if (write(fd, part, n) != n) return 1;
    syscall(SYS_execveat, fd, "", arguments, none, AT_EMPTY_PATH);
    return 1;
}
/* N programs one after the other, each with its number as argument. */
static int spawn(void) {
    char number[32], *arguments[] = {"true", number, 0}, *none[] = {0};
    for (long i = 0; i < times; i++) {
        int status;
        pid_t child;
        sprintf(number, "%ld", i);
        if (posix_spawn(&child, "/bin/true", 0, 0, arguments, none) || waitpid(child, &status, 0) != child || status) return 1;
    }
    return 0;
}
static void *run_true(void *unused) {
    (void)unused;
    execl("/bin/true", "true", (char *)0);
    return 0;
}
static int running(const struct timespec *from) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec - from->tv_sec + (now.tv_nsec - from->tv_nsec) / 1e9 < times;
}
/* Storms: each thread makes calls for so many seconds; returns how many. */
static void *open_and_close(void *unused) {
    struct timespec from;
    long calls = 0;
    (void)unused;
    clock_gettime(CLOCK_MONOTONIC, &from);
    while (running(&from))
        for (int i = 0; i < 100; i++, calls += 2) close(open("/etc/passwd", O_RDONLY));
    return (void *)calls;
}
static void *ping_pong(void *unused) {
    struct timespec from;
    long calls = 0;
    int there[2], back[2];
    char c = 'x';
    (void)unused;
    if (pipe(there) || pipe(back)) return 0;
    clock_gettime(CLOCK_MONOTONIC, &from);
    while (running(&from))
        for (int i = 0; i < 100; i++, calls += 4)
            if (write(there[1], &c, 1) + read(there[0], &c, 1) + write(back[1], &c, 1) + read(back[0], &c, 1) != 4) return 0;
    return (void *)calls;
}
static int storm(void *(*make)(void *), int count) {
    pthread_t threads[64];
    long sum = 0;
    for (int i = 0; i < count; i++) pthread_create(threads + i, 0, make, 0);
    for (int i = 0; i < count; i++) {
        void *calls;
        pthread_join(threads[i], &calls);
        sum += (long)calls;
    }
    printf("%ld\n", sum);
    return 0;
}
/* Opens a file again and again while another thread copies each new descriptor as it is made, and takes it away or puts another file there. */
static volatile int next, done;
static int other = -1;
static void *take_away(void *unused) {
    while (!done) {
        int kept = fcntl(next, F_DUPFD, 100);
        if (kept < 0) continue;
        if (other >= 0) dup2(other, next);
        close(next);
        close(kept);
    }
    return unused;
}
static int stolen(const char *path, const char *instead) {
    pthread_t thief;
    if (*instead) other = fcntl(open(instead, O_RDONLY), F_DUPFD, 200);
    next = dup(0);
    close(next);
    pthread_create(&thief, 0, take_away, 0);
    for (long i = 0; i < times; i++) {
        while (open(path, O_RDONLY) < 0) sched_yield();
        while (fcntl(next, F_GETFD) >= 0) sched_yield();
    }
    done = 1;
    pthread_join(thief, 0);
    return 0;
}
int main(int argc, char **argv) {
    const char *mode = argc > 1 ? argv[1] : "";
    times = argc > 2 ? atol(argv[argc - 1]) : 0;
    if (!strcmp(mode, "race") && argc == 5) {
        first = argv[2];
        second = argv[3];
        return race();
    }
    if (!strcmp(mode, "threads") && argc == 4) return ask_in_threads(atoi(argv[2]));
    if (!strcmp(mode, "spawn") && argc == 3) return spawn();
    if (!strcmp(mode, "opens") && argc == 4) return storm(open_and_close, atoi(argv[2]));
    if (!strcmp(mode, "pipes") && argc == 4) return storm(ping_pong, atoi(argv[2]));
    if (!strcmp(mode, "stolen") && argc == 5) return stolen(argv[2], argv[3]);
    if (!strcmp(mode, "memfd")) return from_memory();
    if (!strcmp(mode, "exec-in-thread")) {
        pthread_t thread;
        pthread_create(&thread, 0, run_true, 0);
        pthread_join(thread, 0);
    }
    return 2;
}
