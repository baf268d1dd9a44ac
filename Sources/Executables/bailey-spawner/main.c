#include <CLinux.h>
#include <stdio.h>

// The broker starts it (`bailey_start_spawner`), and puts the socket it listens on in its place.
int main(int argument_count, char **arguments) {
    int status = bailey_be_spawner(argument_count, arguments);
    fputs("bailey-spawner: the broker of the same version starts this\n", stderr);
    return status;
}
