/* Makes the system calls that a script on standard input names, so that a test can compare what the probe saw with what was done.
 *
 *     case               a new process: whatever a case changes ends with it
 *     call NR ARG…       a call
 *     test NR ARG…       the call that is looked at, after a mark: prctl(MARK, number of the test)
 *     test32 NR ARG…     the same through int 0x80
 *
 * ARG: a number; "text (to the end of the word; %20 is a blank); @N what is at N in the arena; $N the result of the case's call N;
 * =HEX:N bytes that are put at N of the arena; #N the 32-bit number at N of the arena.
 * Each test answers: its number, the result, the six arguments as passed, the first 64 bytes of the arena in hex.
 * The arena lies below 4 GB, so that 32-bit calls reach it. Built with -mno-red-zone: a push in inline assembly.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MARK 0x6d61726b
#define ARENA (1 << 16)
#define ARENA_AT 0x20000000      /* scripts put pointers into their bytes */
static uint8_t *arena;
static size_t texts;             /* texts stand in the arena's upper half */
static long results[64];
static int made;

static int hex(int c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

static uint64_t text(const char *word) {
    uint8_t *start = arena + texts;
    for (; *word; texts++) {
        if (*word == '%') { arena[texts] = hex(word[1]) << 4 | hex(word[2]); word += 3; }
        else arena[texts] = *word++;
    }
    arena[texts++] = 0;
    return (uint64_t)start;
}
static uint64_t argument(const char *word) {
    if (*word == '"') return text(word + 1);
    if (*word == '@') return (uint64_t)(arena + atoi(word + 1));
    if (*word == '$') return results[atoi(word + 1)];
    if (*word == '#') { int32_t v; memcpy(&v, arena + atoi(word + 1), 4); return v; }
    if (*word == '=') {
        uint8_t *at = arena + atoi(strchr(word, ':') + 1);
        for (word++; *word != ':'; word += 2) *at++ = hex(word[0]) << 4 | hex(word[1]);
        return (uint64_t)(arena + atoi(word + 1));
    }
    return strtoull(word, 0, 0);
}
static long call64(long n, uint64_t *a) {
    long r;
    register uint64_t r10 __asm__("r10") = a[3], r8 __asm__("r8") = a[4], r9 __asm__("r9") = a[5];
    __asm__ volatile("syscall" : "=a"(r) : "0"(n), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
    return r;
}
static long call32(long n, uint64_t *a) {
    long r;
    register uint64_t sixth __asm__("r12") = a[5];
    __asm__ volatile("push %%rbp\n mov %%r12, %%rbp\n int $0x80\n pop %%rbp"
                     : "=a"(r) : "0"(n), "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]), "D"(a[4]), "r"(sixth) : "r8", "r9", "r10", "r11", "memory");
    return (int32_t)r;
}
static void step(char *line, int *tests) {
    char *word = strtok(line, " ");
    int old = !strcmp(word, "test32"), looked_at = old || !strcmp(word, "test"), n = 0;
    long nr = atol(strtok(0, " "));
    uint64_t a[6] = {0};
    for (; (word = strtok(0, " ")) && n < 6; n++) a[n] = argument(word);
    if (looked_at) prctl(MARK, *tests, 0, 0, 0);
    long r = old ? call32(nr, a) : call64(nr, a);
    results[made++ & 63] = r;
    if (!looked_at) return;
    printf("%d %ld", *tests, r);
    for (int k = 0; k < 6; k++) printf(" %lu", (unsigned long)a[k]);
    printf(" ");
    for (int k = 0; k < 64; k++) printf("%02x", arena[k]);
    printf("\n");
    fflush(stdout);
}
int main(void) {
    static char script[1 << 20];
    size_t size = fread(script, 1, sizeof(script) - 1, stdin);       /* waits until the test watches us */
    arena = mmap((void *)ARENA_AT, ARENA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (arena == MAP_FAILED) return 1;
    prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0);
    script[size] = 0;
    int tests = 0, child = -1;
    for (char *line = script, *next; *line; line = next) {
        next = strchr(line, '\n');
        *next++ = 0;
        if (!strcmp(line, "case")) {
            if (child == 0) _exit(0);
            if (child > 0) waitpid(child, 0, 0);
            child = fork();
            if (child == 0) { prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0); memset(arena, 0, ARENA); texts = ARENA / 2; made = 0; }
            continue;
        }
        if (child == 0) step(line, &tests);
        if (!strncmp(line, "test", 4)) tests++;
    }
    if (child == 0) _exit(0);
    waitpid(child, 0, 0);
    return 0;
}
