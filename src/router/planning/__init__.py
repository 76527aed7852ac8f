"""What planners try before it is live: cases beside rules, the effect of a change, the cost of each rule."""
