"""The book of the air: what it was inside and outside twice a day, by probe or by hand, signed."""
