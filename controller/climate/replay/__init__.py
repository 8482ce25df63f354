"""What limits would have raised over any past period, by the judge that judges live."""
