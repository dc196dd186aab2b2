print("hello from inside")
