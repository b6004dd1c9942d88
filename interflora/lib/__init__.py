"""What every app may call and what calls no app: time, codes, links, contacts, words, money, leases."""
