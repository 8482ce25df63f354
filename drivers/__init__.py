"""The room side: talks to hardware and decides whatever must not wait for a network."""
