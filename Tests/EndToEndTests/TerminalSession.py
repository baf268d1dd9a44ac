"""Runs a program on a terminal of its own and answers what it asks.

TerminalSession.py STEPS PROGRAM [ARGUMENT...]: STEPS is a JSON list of [text to wait for, answer]. The text is the prompt itself: what is
typed before it is thrown away. The answer TOTP is the code, by pyotp, of the key that the terminal shows. Prints what the terminal showed; ends as the program does, or with 99 where the text never came.
"""

import fcntl
import json
import os
import pty
import re
import select
import struct
import sys
import termios


def main():
    steps = json.loads(sys.argv[1])
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.argv[2], sys.argv[2:])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 100, 0, 0))
    shown, place = "", 0

    def read():
        nonlocal shown
        if not select.select([terminal], [], [], 120)[0]:
            print(shown)
            sys.exit(99)
        try:
            data = os.read(terminal, 65536)
        except OSError:
            return False
        shown += data.decode(errors="replace")
        return bool(data)

    for expected, answer in steps:
        while expected not in shown[place:]:
            if not read():
                print(shown)
                sys.exit(99)
        place = len(shown)
        if answer == "TOTP":
            import pyotp

            answer = pyotp.TOTP(re.search(r"type in: ([A-Z2-7]+)", shown).group(1)).now()
        os.write(terminal, answer.encode() + b"\n")
    while read():
        pass
    print(shown)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


main()
