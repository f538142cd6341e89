GATES = ()
