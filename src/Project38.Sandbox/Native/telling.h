/*
 * What the process above a program tells the platform, a line for each thing: Running/ProgramStatus.cs. Whoever includes it has what
 * writes a text there: static void say(const char *text).
 */

static void say_of(const char *word, long number) {
    char text[40], digits[20];
    int length = 0, count = 0;
    while (*word)
        text[length++] = *word++;
    text[length++] = ' ';
    do
        digits[count++] = '0' + number % 10;
    while (number /= 10);
    while (count)
        text[length++] = digits[--count];
    text[length++] = '\n';
    text[length] = 0;
    say(text);
}

/* Says how a program ended, as wait(2) has it. */
static void say_end(int how) {
    int signal = how & 0x7f;
    if (signal)
        say_of("signalled", signal);
    else
        say_of("exited", how >> 8 & 0xff);
}
