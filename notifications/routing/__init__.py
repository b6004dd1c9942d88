"""By which way texts leave: senders, speed, prices, and what the operators' errors mean. Neither half owns it."""
